#if defined(__x86_64__)
#include <immintrin.h>

#include "internal.h"

// Conversions of activations and weights between the forms that the tiles read.

static CK_AVX512_TARGET void widen_bf16(const uint32_t *pairs, size_t steps, size_t columns, float *out) {
  const __m512i high = _mm512_set1_epi32((int)0xffff0000);
  for (size_t s = 0; s < steps; s++) {
    for (size_t n = 0; n < columns; n += 16) {
      __m512i pair = _mm512_loadu_si512(pairs + s * columns + n);
      _mm512_storeu_si512(out + 2 * s * columns + n, _mm512_slli_epi32(pair, 16));
      _mm512_storeu_si512(out + (2 * s + 1) * columns + n, _mm512_and_si512(pair, high));
    }
  }
}

static CK_AVX512_TARGET float quantise(const float *x, size_t count, uint8_t *out) {
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 mask = (__mmask16)((1u << ck_min(16, count - i)) - 1);
    largest = _mm512_max_ps(_mm512_abs_ps(_mm512_maskz_loadu_ps(mask, x + i)), largest);
  }
  float peak = _mm512_reduce_max_ps(largest);
  __m512 inverse = _mm512_set1_ps(peak > 0 ? 127 / peak : 0);
  const __m512i limit = _mm512_set1_epi32(127), middle = _mm512_set1_epi32(128);
  size_t padded = ck_round_up(count, 4);
  for (size_t i = 0; i < padded; i += 16) {
    size_t valid = count > i ? ck_min(16, count - i) : 0;
    __m512 value = _mm512_maskz_loadu_ps((__mmask16)((1u << valid) - 1), x + i);
    __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(value, inverse));
    whole = _mm512_max_epi32(_mm512_min_epi32(whole, limit), _mm512_set1_epi32(-127));
    __mmask16 mask = (__mmask16)((1u << ck_min(16, padded - i)) - 1);
    _mm_mask_storeu_epi8(out + i, mask, _mm512_cvtepi32_epi8(_mm512_add_epi32(whole, middle)));
  }
  return peak / 127;
}

// 16 x 16 words: four rounds of interleaving, pairs of 4, 8, 16 and 32 bytes.
CK_INLINE CK_AVX512_TARGET void transpose_block(const uint32_t *in, size_t in_stride, uint32_t *out, size_t out_stride) {
  __m512i a[16], b[16];
  _Pragma("unroll") for (int i = 0; i < 16; i++) a[i] = _mm512_loadu_si512(in + i * in_stride);
  _Pragma("unroll") for (int i = 0; i < 16; i += 2) {
    b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
  }
  _Pragma("unroll") for (int i = 0; i < 16; i += 4) {
    a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  // a[4 g + j] holds, in 128-bit lane l, column 4 l + j of rows 4 g ..< 4 g + 4.
  _Pragma("unroll") for (int j = 0; j < 4; j++) {
    __m512i low01 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0x44), high01 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0xee);
    __m512i low23 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0x44), high23 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0xee);
    _mm512_storeu_si512(out + j * out_stride, _mm512_shuffle_i32x4(low01, low23, 0x88));
    _mm512_storeu_si512(out + (4 + j) * out_stride, _mm512_shuffle_i32x4(low01, low23, 0xdd));
    _mm512_storeu_si512(out + (8 + j) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0x88));
    _mm512_storeu_si512(out + (12 + j) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0xdd));
  }
}

static CK_AVX512_TARGET void transpose(const uint32_t *in, size_t in_stride, size_t rows, size_t columns, uint32_t *out,
                                       size_t out_stride) {
  size_t row = 0;
  for (; row + 16 <= rows; row += 16) {
    size_t column = 0;
    for (; column + 16 <= columns; column += 16)
      transpose_block(in + row * in_stride + column, in_stride, out + column * out_stride + row, out_stride);
    for (; column < columns; column++)
      for (size_t r = row; r < row + 16; r++) out[column * out_stride + r] = in[r * in_stride + column];
  }
  for (; row < rows; row++)
    for (size_t column = 0; column < columns; column++) out[column * out_stride + row] = in[row * in_stride + column];
}

void ck_fill_conversions_avx512(ck_kernels *kernels) {
  kernels->widen_bf16 = widen_bf16;
  kernels->quantise = quantise;
  kernels->transpose = transpose;
}
#endif
