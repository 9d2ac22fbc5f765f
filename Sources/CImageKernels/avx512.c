#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi")))

// vpdpbusd multiplies four unsigned bytes by four signed bytes and adds the four products to a
// 32-bit lane. A weight has 24 bits, so it is three signed digits (cik_split_digits), and a sum is
// s2 * 2^16 + s1 * 2^8 + s0 of the three digits' sums.

/// The sum of the digits' sums, modulo 2^32.
AVX512 static inline __m512i joined(const __m512i sums[3]) {
  return _mm512_add_epi32(
      _mm512_add_epi32(_mm512_slli_epi32(sums[2], 16), _mm512_slli_epi32(sums[1], 8)), sums[0]);
}

AVX512 static inline __m512i rounded(__m512i sum) {
  return _mm512_srai_epi32(_mm512_add_epi32(sum, _mm512_set1_epi32(CIK_HALF)), CIK_FRACTION_BITS);
}

/// Sixteen 8-bit digits, each four taps repeated for the lanes R, G, B and an unused one.
AVX512 static inline __m512i repeated(const int8_t *digits) {
  const __m512i lanes = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  __m128i sixteen = _mm_loadu_si128((const __m128i *)digits);
  return _mm512_permutexvar_epi32(lanes, _mm512_castsi128_si512(sixteen));
}

/// Where byte k of 48 bytes RGBRGB... goes: 128-bit lane j takes taps 4j to 4j + 3 as RRRR GGGG
/// BBBB and four unused bytes.
AVX512 static inline __m512i spread_index(void) {
  uint8_t index[64];
  for (int j = 0; j < 4; j++)
    for (int channel = 0; channel < 4; channel++)
      for (int tap = 0; tap < 4; tap++)
        index[j * 16 + channel * 4 + tap] = (uint8_t)((4 * j + tap) * 3 + channel % 3);
  return _mm512_loadu_si512(index);
}

/// The sums of four rows: the four lanes of each are added, two rows at a time, then four. Lane r
/// holds row r's pixel.
AVX512 static inline __m512i gathered(const __m512i sums[4][3]) {
  __m512i rows[4];
  for (int r = 0; r < 4; r++) rows[r] = joined(sums[r]);
  __m512i first = _mm512_add_epi32(_mm512_shuffle_i32x4(rows[0], rows[1], 0x88),
                                   _mm512_shuffle_i32x4(rows[0], rows[1], 0xDD));
  __m512i second = _mm512_add_epi32(_mm512_shuffle_i32x4(rows[2], rows[3], 0x88),
                                    _mm512_shuffle_i32x4(rows[2], rows[3], 0xDD));
  return _mm512_add_epi32(_mm512_shuffle_i32x4(first, second, 0x88),
                          _mm512_shuffle_i32x4(first, second, 0xDD));
}

/// One output pixel of `rows` (1 or 8) rows that lie `width` pixels apart, sixteen taps per step;
/// eight rows share the loads of the weights, and their 24 sums stay in registers. `result`
/// receives four bytes per row, of which the last means nothing.
AVX512 static inline __attribute__((always_inline)) void pixel_block(
    const uint8_t *pixels, ptrdiff_t width, int rows, __m512i spread, const int8_t *digits,
    int32_t count, uint32_t result[8]) {
  __m512i sums[8][3];
  for (int r = 0; r < 8; r++)
    for (int d = 0; d < 3; d++) sums[r][d] = _mm512_setzero_si512();
  for (int32_t t = 0; t < count; t += 16, digits += 48) {
    __m512i weights[3];
    for (int d = 0; d < 3; d++) weights[d] = repeated(digits + d * 16);
    // The mask keeps the read inside of the output's own taps.
    __mmask64 mask = count - t >= 16 ? 0xFFFFFFFFFFFFull : (1ull << ((count - t) * 3)) - 1;
    for (int r = 0; r < rows; r++) {
      __m512i bytes = _mm512_maskz_loadu_epi8(mask, pixels + (r * width + t) * 3);
      __m512i taps = _mm512_permutexvar_epi8(spread, bytes);
      for (int d = 0; d < 3; d++) sums[r][d] = _mm512_dpbusd_epi32(sums[r][d], taps, weights[d]);
    }
  }
  for (int r = 0; r < rows; r += 4) {
    __m512i samples = _mm512_max_epi32(rounded(gathered(sums + r)), _mm512_setzero_si512());
    _mm_storeu_si128((__m128i *)(result + r), _mm512_cvtusepi32_epi8(samples));
  }
}

AVX512 int cik_columns_avx512(const uint8_t *source, ptrdiff_t width, ptrdiff_t rows, cik_axis axis,
                              uint8_t *target) {
  cik_digits split = cik_split_digits(axis);
  if (split.digits == NULL) return -1;
  const __m512i spread = spread_index();
  const ptrdiff_t row_bytes = axis.outputs * 3;
  ptrdiff_t step;
  for (ptrdiff_t y = 0; y < rows; y += step) {
    step = rows - y >= 8 ? 8 : 1;
    for (ptrdiff_t i = 0; i < axis.outputs; i++) {
      const uint8_t *pixels = source + (y * width + axis.starts[i]) * 3;
      const int8_t *digits = split.digits + i * split.groups * 48;
      uint32_t block[8];
      if (step == 8)
        pixel_block(pixels, width, 8, spread, digits, axis.counts[i], block);
      else
        pixel_block(pixels, width, 1, spread, digits, axis.counts[i], block);
      // The fourth byte goes where the next pixel of the row will be written; the last pixel has no
      // next one.
      uint8_t *output = target + y * row_bytes + i * 3;
      size_t bytes = i + 1 < axis.outputs ? 4 : 3;
      for (ptrdiff_t r = 0; r < step; r++) {
        if (bytes == 4)
          memcpy(output + r * row_bytes, block + r, 4);
        else
          memcpy(output + r * row_bytes, block + r, 3);
      }
    }
  }
  free(split.digits);
  return 0;
}

/// Sixty-four columns (fewer at the end, by mask) of output i, four input rows per step. Unpacking
/// bytes and then pairs puts the four rows' samples of a column side by side; the packing at the
/// end undoes the order that this leaves.
AVX512 static inline void column_block(const uint8_t *first, ptrdiff_t row_bytes, __mmask64 mask,
                                       const int8_t *digits, int32_t count, uint8_t *output) {
  __m512i sums[4][3];
  for (int v = 0; v < 4; v++)
    for (int d = 0; d < 3; d++) sums[v][d] = _mm512_setzero_si512();
  for (int32_t t = 0; t < count; t += 4) {
    __m512i rows[4];
    for (int r = 0; r < 4; r++)
      rows[r] = t + r < count ? _mm512_maskz_loadu_epi8(mask, first + (t + r) * row_bytes)
                              : _mm512_setzero_si512();
    __m512i ab0 = _mm512_unpacklo_epi8(rows[0], rows[1]),
            ab1 = _mm512_unpackhi_epi8(rows[0], rows[1]);
    __m512i cd0 = _mm512_unpacklo_epi8(rows[2], rows[3]),
            cd1 = _mm512_unpackhi_epi8(rows[2], rows[3]);
    __m512i taps[4] = {_mm512_unpacklo_epi16(ab0, cd0), _mm512_unpackhi_epi16(ab0, cd0),
                       _mm512_unpacklo_epi16(ab1, cd1), _mm512_unpackhi_epi16(ab1, cd1)};
    for (int d = 0; d < 3; d++) {
      int32_t four;
      memcpy(&four, digits + t / 16 * 48 + d * 16 + t % 16, sizeof four);
      __m512i weights = _mm512_set1_epi32(four);
      for (int v = 0; v < 4; v++) sums[v][d] = _mm512_dpbusd_epi32(sums[v][d], taps[v], weights);
    }
  }
  __m512i words0 = _mm512_packus_epi32(rounded(joined(sums[0])), rounded(joined(sums[1])));
  __m512i words1 = _mm512_packus_epi32(rounded(joined(sums[2])), rounded(joined(sums[3])));
  _mm512_mask_storeu_epi8(output, mask, _mm512_packus_epi16(words0, words1));
}

AVX512 int cik_rows_avx512(const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
                           cik_axis axis, uint8_t *target) {
  cik_digits split = cik_split_digits(axis);
  if (split.digits == NULL) return -1;
  for (ptrdiff_t i = 0; i < axis.outputs; i++) {
    const uint8_t *first = source + (axis.starts[i] - first_row) * row_bytes;
    const int8_t *digits = split.digits + i * split.groups * 48;
    for (ptrdiff_t x = 0; x < row_bytes; x += 64) {
      __mmask64 mask = row_bytes - x >= 64 ? ~0ull : (1ull << (row_bytes - x)) - 1;
      column_block(first + x, row_bytes, mask, digits, axis.counts[i], target + i * row_bytes + x);
    }
  }
  free(split.digits);
  return 0;
}
#endif
