#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "internal.h"

// Register tile of 4 rows by 16 columns: 8 accumulators, 2 vectors of b and 1 broadcast of a are 11
// of 16 registers, and 8 chains are what four cycles of latency at two multiply-adds a cycle need.
// Larger tiles are cut into these: columns outside, rows inside, so that the columns of b (32 KiB
// per 512 steps) are in the first cache for the second half.
#define UNROLL _Pragma("unroll")

CK_INLINE CK_AVX2_TARGET void tile_f32(const size_t rows, size_t steps, const float *a,
                                       size_t a_stride, const float *b, size_t b_stride, float *c,
                                       size_t c_stride, int accumulate) {
  const size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  __m256 sum[4][2];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < 2; v++) sum[r][v] =
      accumulate ? _mm256_loadu_ps(c + r * c_stride + 8 * v) : _mm256_setzero_ps();
  for (size_t s = 0; s < steps; s++, a += a_step, b += b_stride) {
    __m256 right0 = _mm256_loadu_ps(b), right1 = _mm256_loadu_ps(b + 8);
    UNROLL for (size_t r = 0; r < rows; r++) {
      __m256 left = _mm256_broadcast_ss(a + r * a_row);
      sum[r][0] = _mm256_fmadd_ps(left, right0, sum[r][0]);
      sum[r][1] = _mm256_fmadd_ps(left, right1, sum[r][1]);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < 2; v++)
      _mm256_storeu_ps(c + r * c_stride + 8 * v, sum[r][v]);
}

// For few rows, which are bound by memory; see tile_avx512.c for the two halves of a word.
CK_INLINE CK_AVX2_TARGET void tile_bf16_f32(const size_t rows, size_t steps, const float *a,
                                            size_t a_stride, const uint32_t *b, size_t b_stride,
                                            float *c, size_t c_stride, int accumulate) {
  __m256 sum[4][2];
  const __m256i high = _mm256_set1_epi32((int)0xffff0000);
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < 2; v++) sum[r][v] =
      accumulate ? _mm256_loadu_ps(c + r * c_stride + 8 * v) : _mm256_setzero_ps();
  for (size_t s = 0; s < steps; s++, b += b_stride) {
    __m256i pair0 = _mm256_loadu_si256((const __m256i *)b),
            pair1 = _mm256_loadu_si256((const __m256i *)(b + 8));
    __m256 even0 = _mm256_castsi256_ps(_mm256_slli_epi32(pair0, 16)),
           even1 = _mm256_castsi256_ps(_mm256_slli_epi32(pair1, 16));
    __m256 odd0 = _mm256_castsi256_ps(_mm256_and_si256(pair0, high)),
           odd1 = _mm256_castsi256_ps(_mm256_and_si256(pair1, high));
    UNROLL for (size_t r = 0; r < rows; r++) {
      __m256 even = _mm256_broadcast_ss(a + r * a_stride + 2 * s),
             odd = _mm256_broadcast_ss(a + r * a_stride + 2 * s + 1);
      sum[r][0] = _mm256_fmadd_ps(odd, odd0, _mm256_fmadd_ps(even, even0, sum[r][0]));
      sum[r][1] = _mm256_fmadd_ps(odd, odd1, _mm256_fmadd_ps(even, even1, sum[r][1]));
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < 2; v++)
      _mm256_storeu_ps(c + r * c_stride + 8 * v, sum[r][v]);
}

#define CUT_ROWS(KERNEL)                                                            \
  switch (ck_min(4, rows - row)) {                                                  \
    case 1:                                                                         \
      KERNEL(1, steps, left, a_stride, right, b_stride, out, c_stride, accumulate); \
      break;                                                                        \
    case 2:                                                                         \
      KERNEL(2, steps, left, a_stride, right, b_stride, out, c_stride, accumulate); \
      break;                                                                        \
    case 3:                                                                         \
      KERNEL(3, steps, left, a_stride, right, b_stride, out, c_stride, accumulate); \
      break;                                                                        \
    default:                                                                        \
      KERNEL(4, steps, left, a_stride, right, b_stride, out, c_stride, accumulate); \
  }
#define CUT(KERNEL, WORD)                                                 \
  (void)ahead;                                                            \
  for (size_t column = 0; column < columns; column += 16) {               \
    for (size_t row = 0; row < rows; row += 4) {                          \
      const float *left = (const float *)a + row * ck_left_row(a_stride); \
      const WORD *right = (const WORD *)b + column;                       \
      float *out = c + row * c_stride + column;                           \
      CUT_ROWS(KERNEL)                                                    \
    }                                                                     \
  }
static CK_AVX2_TARGET void f32_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                    size_t a_stride, const void *b, size_t b_stride, float *c,
                                    size_t c_stride, int accumulate, const void *ahead) {
  CUT(tile_f32, float)
}
static CK_AVX2_TARGET void bf16_f32_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                         size_t a_stride, const void *b, size_t b_stride, float *c,
                                         size_t c_stride, int accumulate, const void *ahead) {
  CUT(tile_bf16_f32, uint32_t)
}

// Without a byte dot product, bytes are widened to 16 bits and multiplied in pairs (vpmaddwd); the
// byte form vpmaddubsw would saturate. One row, 8 columns: the two halves of a quad of bytes are
// added after the loop, which integers allow.
static CK_AVX2_TARGET void int8_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                     size_t a_stride, const void *b, const float *a_scale,
                                     const float *b_scale, const int32_t *offset, float *c,
                                     size_t c_stride, int accumulate, const void *ahead) {
  (void)ahead;
  const uint32_t *words = a, *right = b;
  size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  for (size_t column = 0; column < columns; column += 8) {
    for (size_t r = 0; r < rows; r++) {
      __m256i low = _mm256_setzero_si256(), high = _mm256_setzero_si256();
      for (size_t s = 0; s < steps; s++) {
        __m256i left = _mm256_cvtepu8_epi16(_mm_set1_epi32((int)words[r * a_row + s * a_step]));
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(right + s * columns + column));
        low = _mm256_add_epi32(
            low, _mm256_madd_epi16(left, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(bytes))));
        high = _mm256_add_epi32(
            high,
            _mm256_madd_epi16(left, _mm256_cvtepi8_epi16(_mm256_extracti128_si256(bytes, 1))));
      }
      // hadd gives columns 0 1 4 5 | 2 3 6 7; the permutation restores the order.
      __m256i sum = _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), 0xd8);
      sum = _mm256_sub_epi32(sum, _mm256_loadu_si256((const __m256i *)(offset + column)));
      __m256 factor = _mm256_mul_ps(_mm256_set1_ps(a_scale[r]), _mm256_loadu_ps(b_scale + column));
      float *out = c + r * c_stride + column;
      __m256 before = accumulate ? _mm256_loadu_ps(out) : _mm256_setzero_ps();
      _mm256_storeu_ps(out, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), factor, before));
    }
  }
}

void ck_fill_avx2(ck_kernels *kernels) {
  kernels->f32 = f32_tile;
  kernels->bf16_f32 = bf16_f32_tile;
  kernels->int8 = int8_tile;
  ck_fill_conversions_avx2(kernels);
  ck_fill_rows_avx2(kernels);
}
#endif
