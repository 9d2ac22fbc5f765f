#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "internal.h"

// Conversions of activations and weights between the forms that the tiles read; each gives the bits
// of its portable form.

static CK_AVX2_TARGET void widen_bf16(const uint32_t *pairs, size_t steps, size_t columns,
                                      float *out) {
  const __m256i high = _mm256_set1_epi32((int)0xffff0000);
  for (size_t s = 0; s < steps; s++) {
    for (size_t n = 0; n < columns; n += 8) {
      __m256i pair = _mm256_loadu_si256((const __m256i *)(pairs + s * columns + n));
      _mm256_storeu_si256((__m256i *)(out + 2 * s * columns + n), _mm256_slli_epi32(pair, 16));
      _mm256_storeu_si256((__m256i *)(out + (2 * s + 1) * columns + n),
                          _mm256_and_si256(pair, high));
    }
  }
}

CK_INLINE CK_AVX2_TARGET __m256 size_of(__m256 x) {
  return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}

// At most 127 in size, so only NaN needs a bound: it becomes the least integer.
CK_INLINE CK_AVX2_TARGET __m256i whole_numbers(const float *x, __m256 inverse) {
  return _mm256_max_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x), inverse)),
                          _mm256_set1_epi32(-127));
}

static CK_AVX2_TARGET float quantise(const float *x, size_t count, uint8_t *out) {
  __m256 largest[4];
  _Pragma("unroll") for (int j = 0; j < 4; j++) largest[j] = _mm256_setzero_ps();
  size_t i = 0;
  for (; i + 32 <= count; i += 32)  // a NaN on the left leaves the right
    _Pragma("unroll") for (int j = 0; j < 4; j++) largest[j] =
        _mm256_max_ps(size_of(_mm256_loadu_ps(x + i + 8 * j)), largest[j]);
  float lanes[8], peak = 0;
  _mm256_storeu_ps(lanes, _mm256_max_ps(_mm256_max_ps(largest[0], largest[1]),
                                        _mm256_max_ps(largest[2], largest[3])));
  for (int j = 0; j < 8; j++) peak = lanes[j] > peak ? lanes[j] : peak;
  for (; i < count; i++) {
    float size = x[i] < 0 ? -x[i] : x[i];
    peak = size > peak ? size : peak;
  }
  float inverse = peak >= CK_LEAST_PEAK ? 127 / peak : 0;
  const __m256 factor = _mm256_set1_ps(inverse);
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7),
                middle = _mm256_set1_epi8((char)0x80);
  for (i = 0; i + 32 <= count; i += 32) {
    __m256i low =
        _mm256_packs_epi32(whole_numbers(x + i, factor), whole_numbers(x + i + 8, factor));
    __m256i high =
        _mm256_packs_epi32(whole_numbers(x + i + 16, factor), whole_numbers(x + i + 24, factor));
    __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high),
                                                order);  // packing works within 128-bit lanes
    _mm256_storeu_si256((__m256i *)(out + i), _mm256_xor_si256(bytes, middle));
  }
  for (; i < count; i++) {
    float rounded = ck_nearest(x[i] * inverse);
    out[i] = (uint8_t)(128 + (int)(rounded > -127 ? (rounded < 127 ? rounded : 127) : -127));
  }
  for (; i % 4; i++) out[i] = 128;
  return peak / 127;
}

// 8 x 8 words.
CK_INLINE CK_AVX2_TARGET void transpose_block(const uint32_t *in, size_t in_stride, uint32_t *out,
                                              size_t out_stride) {
  __m256 a[8], b[8];
  _Pragma("unroll") for (int i = 0; i < 8; i++) a[i] =
      _mm256_loadu_ps((const float *)(in + (size_t)i * in_stride));
  _Pragma("unroll") for (int i = 0; i < 8; i += 2) {
    b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
    b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
  }
  _Pragma("unroll") for (int i = 0; i < 8; i += 4) {
    a[i] = _mm256_shuffle_ps(b[i], b[i + 2], 0x44);
    a[i + 1] = _mm256_shuffle_ps(b[i], b[i + 2], 0xee);
    a[i + 2] = _mm256_shuffle_ps(b[i + 1], b[i + 3], 0x44);
    a[i + 3] = _mm256_shuffle_ps(b[i + 1], b[i + 3], 0xee);
  }
  _Pragma("unroll") for (int i = 0; i < 4; i++) {
    _mm256_storeu_ps((float *)(out + (size_t)i * out_stride),
                     _mm256_permute2f128_ps(a[i], a[4 + i], 0x20));
    _mm256_storeu_ps((float *)(out + (size_t)(4 + i) * out_stride),
                     _mm256_permute2f128_ps(a[i], a[4 + i], 0x31));
  }
}

static CK_AVX2_TARGET void transpose(const uint32_t *in, size_t in_stride, size_t rows,
                                     size_t columns, uint32_t *out, size_t out_stride) {
  size_t row = 0;
  for (; row + 8 <= rows; row += 8) {
    size_t column = 0;
    for (; column + 8 <= columns; column += 8)
      transpose_block(in + row * in_stride + column, in_stride, out + column * out_stride + row,
                      out_stride);
    for (; column < columns; column++)
      for (size_t r = row; r < row + 8; r++)
        out[column * out_stride + r] = in[r * in_stride + column];
  }
  for (; row < rows; row++)
    for (size_t column = 0; column < columns; column++)
      out[column * out_stride + row] = in[row * in_stride + column];
}

void ck_fill_conversions_avx2(ck_kernels *kernels) {
  kernels->widen_bf16 = widen_bf16;
  kernels->quantise = quantise;
  kernels->transpose = transpose;
}
#endif
