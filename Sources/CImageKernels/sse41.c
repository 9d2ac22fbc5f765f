#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#define SSE41 __attribute__((target("sse4.1")))

static inline int32_t pair_at(const int16_t *weights) {
  int32_t pair;
  memcpy(&pair, weights, sizeof pair);
  return pair;
}

/// high * 2^15 + low, rounded and shifted to 32-bit samples that are not yet cut.
SSE41 static inline __m128i rounded(__m128i high, __m128i low) {
  __m128i sum = _mm_add_epi32(_mm_slli_epi32(high, 15), low);
  return _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(CIK_HALF)), CIK_FRACTION_BITS);
}

/// One output pixel at a time, two taps per multiply-add: six bytes RGBRGB are spread to the 16-bit
/// pairs RR, GG, BB.
SSE41 int cik_columns_sse41(const uint8_t *source, ptrdiff_t width, ptrdiff_t rows, cik_axis axis,
                            uint8_t *target) {
  cik_pairs pairs = cik_split_pairs(axis);
  if (pairs.high == NULL) return -1;
  const uint8_t *end = source + rows * width * 3;
  const __m128i spread = _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  for (ptrdiff_t y = 0; y < rows; y++)
    for (ptrdiff_t i = 0; i < axis.outputs; i++) {
      const uint8_t *pixels = source + (y * width + axis.starts[i]) * 3;
      uint8_t *output = target + (y * axis.outputs + i) * 3;
      int32_t count = axis.counts[i];
      // Eight bytes are read for two taps, at most five beyond the last pixel.
      if (end - pixels < count * 3 + 5) {
        cik_pixel(pixels, axis.weights + i * axis.stride, count, output);
        continue;
      }
      const int16_t *high_weights = pairs.high + i * pairs.stride,
                    *low_weights = pairs.low + i * pairs.stride;
      __m128i high = _mm_setzero_si128(), low = high;
      for (int32_t t = 0; t < count; t += 2) {
        __m128i taps = _mm_shuffle_epi8(_mm_loadl_epi64((const __m128i *)(pixels + t * 3)), spread);
        high = _mm_add_epi32(high, _mm_madd_epi16(taps, _mm_set1_epi32(pair_at(high_weights + t))));
        low = _mm_add_epi32(low, _mm_madd_epi16(taps, _mm_set1_epi32(pair_at(low_weights + t))));
      }
      __m128i words = _mm_packus_epi32(rounded(high, low), _mm_setzero_si128());
      int32_t pixel = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
      memcpy(output, &pixel, 3);
    }
  free(pairs.high);
  return 0;
}

/// Eight columns at a time, two input rows per multiply-add.
SSE41 int cik_rows_sse41(const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
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
    for (; x + 8 <= row_bytes; x += 8) {
      __m128i high0 = _mm_setzero_si128(), high1 = high0, low0 = high0, low1 = high0;
      for (int32_t t = 0; t < count; t += 2) {
        const uint8_t *row = first + t * row_bytes + x;
        // Beyond the last row the weight is zero, and the row itself is read again.
        const uint8_t *next = t + 1 < count ? row + row_bytes : row;
        __m128i both = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)row),
                                         _mm_loadl_epi64((const __m128i *)next));
        __m128i taps0 = _mm_cvtepu8_epi16(both), taps1 = _mm_cvtepu8_epi16(_mm_srli_si128(both, 8));
        __m128i high = _mm_set1_epi32(pair_at(high_weights + t)),
                low = _mm_set1_epi32(pair_at(low_weights + t));
        high0 = _mm_add_epi32(high0, _mm_madd_epi16(taps0, high));
        high1 = _mm_add_epi32(high1, _mm_madd_epi16(taps1, high));
        low0 = _mm_add_epi32(low0, _mm_madd_epi16(taps0, low));
        low1 = _mm_add_epi32(low1, _mm_madd_epi16(taps1, low));
      }
      __m128i words = _mm_packus_epi32(rounded(high0, low0), rounded(high1, low1));
      _mm_storel_epi64((__m128i *)(output + x), _mm_packus_epi16(words, words));
    }
    for (; x < row_bytes; x++)
      output[x] = cik_sample(first + x, row_bytes, axis.weights + i * axis.stride, count);
  }
  free(pairs.high);
  return 0;
}
#endif
