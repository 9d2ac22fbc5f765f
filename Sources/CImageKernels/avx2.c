#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

/// high * 2^15 + low, rounded and shifted to 32-bit samples that are not yet cut.
AVX2 static inline __m256i rounded(__m256i high, __m256i low) {
  __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high, 15), low);
  return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(CIK_HALF)), CIK_FRACTION_BITS);
}

/// Two pairs of weights (64 bits): the first for the lower half, the second for the upper half.
AVX2 static inline __m256i two_pairs(const int16_t *weights) {
  const __m256i halves = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  __m128i pairs = _mm_loadl_epi64((const __m128i *)weights);
  return _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(pairs), halves);
}

/// Output i of `rows` (1 or 4) rows that lie `width` pixels apart, four taps per multiply-add: of
/// twelve bytes the first six become the 16-bit pairs RR, GG, BB in the lower half, the others in
/// the upper half. Several rows share the loads of weights.
AVX2 static inline __attribute__((always_inline)) void pixel_block(
    const uint8_t *pixels, ptrdiff_t width, int rows, const int16_t *high_weights,
    const int16_t *low_weights, int32_t count, __m128i *results) {
  const __m256i spread =
      _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                       6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  __m256i high[4], low[4];
  for (int r = 0; r < rows; r++) high[r] = low[r] = _mm256_setzero_si256();
  for (int32_t t = 0; t < count; t += 4) {
    __m256i high_pairs = two_pairs(high_weights + t), low_pairs = two_pairs(low_weights + t);
    for (int r = 0; r < rows; r++) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(pixels + (r * width + t) * 3));
      __m256i taps = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), spread);
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(taps, high_pairs));
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(taps, low_pairs));
    }
  }
  for (int r = 0; r < rows; r++) {
    __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high[r], 15), low[r]);
    __m128i both = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    results[r] = _mm_srai_epi32(_mm_add_epi32(both, _mm_set1_epi32(CIK_HALF)), CIK_FRACTION_BITS);
  }
}

AVX2 int cik_columns_avx2(const uint8_t *source, ptrdiff_t width, ptrdiff_t rows, cik_axis axis,
                          uint8_t *target) {
  cik_pairs pairs = cik_split_pairs(axis);
  if (pairs.high == NULL) return -1;
  const uint8_t *end = source + rows * width * 3;
  ptrdiff_t step;
  for (ptrdiff_t y = 0; y < rows; y += step) {
    step = rows - y >= 4 ? 4 : 1;
    for (ptrdiff_t i = 0; i < axis.outputs; i++) {
      const uint8_t *pixels = source + (y * width + axis.starts[i]) * 3;
      uint8_t *output = target + (y * axis.outputs + i) * 3;
      int32_t count = axis.counts[i];
      // Sixteen bytes are read for four taps, at most thirteen beyond the last pixel of the block's
      // last row.
      if (end - (pixels + (step - 1) * width * 3) < count * 3 + 13) {
        for (ptrdiff_t r = 0; r < step; r++)
          cik_pixel(pixels + r * width * 3, axis.weights + i * axis.stride, count,
                    output + r * axis.outputs * 3);
        continue;
      }
      const int16_t *high_weights = pairs.high + i * pairs.stride,
                    *low_weights = pairs.low + i * pairs.stride;
      __m128i results[4];
      if (step == 4) {
        pixel_block(pixels, width, 4, high_weights, low_weights, count, results);
      } else {
        pixel_block(pixels, width, 1, high_weights, low_weights, count, results);
        results[1] = results[2] = results[3] = results[0];
      }
      __m128i bytes = _mm_packus_epi16(_mm_packus_epi32(results[0], results[1]),
                                       _mm_packus_epi32(results[2], results[3]));
      uint8_t block[16];
      _mm_storeu_si128((__m128i *)block, bytes);
      for (ptrdiff_t r = 0; r < step; r++) memcpy(output + r * axis.outputs * 3, block + r * 4, 3);
    }
  }
  free(pairs.high);
  return 0;
}

/// Sixteen columns at a time, two input rows per multiply-add.
AVX2 int cik_rows_avx2(const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
                       cik_axis axis, uint8_t *target) {
  cik_pairs pairs = cik_split_pairs(axis);
  if (pairs.high == NULL) return -1;
  for (ptrdiff_t i = 0; i < axis.outputs; i++) {
    const uint8_t *first = source + (axis.starts[i] - first_row) * row_bytes;
    const int16_t *high_weights = pairs.high + i * pairs.stride,
                  *low_weights = pairs.low + i * pairs.stride;
    int32_t count = axis.counts[i];
    uint8_t *output = target + i * row_bytes;
    ptrdiff_t x = 0;
    for (; x + 16 <= row_bytes; x += 16) {
      __m256i high0 = _mm256_setzero_si256(), high1 = high0, low0 = high0, low1 = high0;
      for (int32_t t = 0; t < count; t += 2) {
        const uint8_t *row = first + t * row_bytes + x;
        // Beyond the last row the weight is zero, and the row itself is read again.
        const uint8_t *next = t + 1 < count ? row + row_bytes : row;
        __m128i a = _mm_loadu_si128((const __m128i *)row),
                b = _mm_loadu_si128((const __m128i *)next);
        __m256i taps0 = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b)),
                taps1 = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
        int32_t high_pair, low_pair;
        memcpy(&high_pair, high_weights + t, sizeof high_pair);
        memcpy(&low_pair, low_weights + t, sizeof low_pair);
        __m256i high = _mm256_set1_epi32(high_pair), low = _mm256_set1_epi32(low_pair);
        high0 = _mm256_add_epi32(high0, _mm256_madd_epi16(taps0, high));
        high1 = _mm256_add_epi32(high1, _mm256_madd_epi16(taps1, high));
        low0 = _mm256_add_epi32(low0, _mm256_madd_epi16(taps0, low));
        low1 = _mm256_add_epi32(low1, _mm256_madd_epi16(taps1, low));
      }
      // Packing works within halves: 0-3, 8-11, 4-7, 12-15 are put back into order.
      __m256i words = _mm256_permute4x64_epi64(
          _mm256_packus_epi32(rounded(high0, low0), rounded(high1, low1)), 0xD8);
      __m128i bytes =
          _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
      _mm_storeu_si128((__m128i *)(output + x), bytes);
    }
    for (; x < row_bytes; x++)
      output[x] = cik_sample(first + x, row_bytes, axis.weights + i * axis.stride, count);
  }
  free(pairs.high);
  return 0;
}
#endif
