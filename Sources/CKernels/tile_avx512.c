#if defined(__x86_64__)
#include <immintrin.h>

#include "internal.h"

// Register tile of 8 rows by 48 columns: 24 accumulators, 3 vectors of b and 1 broadcast of a are
// 28 of 32 registers. A step loads 3 vectors of b and 8 words of a for 24 multiply-adds; at two
// loads and two multiply-adds a cycle the 12 cycles of arithmetic cover 5.5 cycles of loads. Four
// cycles of latency times two per cycle need 8 chains; 24 are there. Loop order: steps outside,
// columns of b in registers, rows inside. a is interleaved, one stream of which a line serves 2
// steps, or its rows are apart: 8 streams, a line of which serves 16. One row alone has three
// chains: 64 bytes of b per 1.3 cycles, more than memory delivers.
#define UNROLL _Pragma("unroll")

CK_INLINE CK_AVX512_TARGET void step_f32(const size_t rows, const size_t vectors, const float *a,
                                         const size_t a_row, const float *b, __m512 sum[8][3]) {
  __m512 right[3];
  UNROLL for (size_t v = 0; v < vectors; v++) right[v] = _mm512_loadu_ps(b + 16 * v);
  UNROLL for (size_t r = 0; r < rows; r++) {
    __m512 left = _mm512_set1_ps(a[r * a_row]);
    UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
        _mm512_fmadd_ps(left, right[v], sum[r][v]);
  }
}

CK_INLINE CK_AVX512_TARGET void tile_f32(const size_t rows, const size_t vectors, size_t steps,
                                         const float *a, size_t a_stride, const float *b,
                                         size_t b_stride, float *c, size_t c_stride, int accumulate,
                                         const char *ahead) {
  const size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  __m512 sum[8][3];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
      accumulate ? _mm512_loadu_ps(c + r * c_stride + 16 * v) : _mm512_setzero_ps();
  size_t s = 0;
  for (; s + 8 <= steps; s += 8, a += 8 * a_step, ahead += 64) {
    if (rows > 2) _mm_prefetch(ahead, _MM_HINT_T1);
    UNROLL for (size_t i = 0; i < 8; i++, b += b_stride) {
      if (rows <= 2)
        UNROLL for (size_t v = 0; v < vectors; v++)
            _mm_prefetch((const char *)(b + 16 * v) + 4096, _MM_HINT_T0);
      step_f32(rows, vectors, a + i * a_step, a_row, b, sum);
    }
  }
  for (; s < steps; s++, a += a_step, b += b_stride) step_f32(rows, vectors, a, a_row, b, sum);
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++)
      _mm512_storeu_ps(c + r * c_stride + 16 * v, sum[r][v]);
}

// bf16 weights against float activations, without a bf16 instruction: the low half of a word
// shifted up and the high half masked are the two weights as floats; the low one is folded first.
CK_INLINE CK_AVX512_TARGET void tile_bf16_f32(const size_t rows, const size_t vectors, size_t steps,
                                              const float *a, size_t a_stride, const uint32_t *b,
                                              size_t b_stride, float *c, size_t c_stride,
                                              int accumulate) {
  __m512 sum[8][3];
  const __m512i high = _mm512_set1_epi32((int)0xffff0000);
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
      accumulate ? _mm512_loadu_ps(c + r * c_stride + 16 * v) : _mm512_setzero_ps();
  for (size_t s = 0; s < steps; s++) {
    __m512i pair[3];
    UNROLL for (size_t v = 0; v < vectors; v++) {
      pair[v] = _mm512_loadu_si512(b + 16 * v);
      _mm_prefetch((const char *)(b + 16 * v) + 4096, _MM_HINT_T0);
    }
    b += b_stride;
    UNROLL for (size_t r = 0; r < rows; r++) {
      __m512 left = _mm512_set1_ps(a[r * a_stride + 2 * s]);
      UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
          _mm512_fmadd_ps(left, _mm512_castsi512_ps(_mm512_slli_epi32(pair[v], 16)), sum[r][v]);
    }
    UNROLL for (size_t r = 0; r < rows; r++) {
      __m512 left = _mm512_set1_ps(a[r * a_stride + 2 * s + 1]);
      UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
          _mm512_fmadd_ps(left, _mm512_castsi512_ps(_mm512_and_si512(pair[v], high)), sum[r][v]);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++)
      _mm512_storeu_ps(c + r * c_stride + 16 * v, sum[r][v]);
}

#define ROWS(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)

#define F32_CASE(R)                                                                    \
  case R:                                                                              \
    if (columns == 48)                                                                 \
      tile_f32(R, 3, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    else if (columns == 32)                                                            \
      tile_f32(R, 2, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    else                                                                               \
      tile_f32(R, 1, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    break;
static CK_AVX512_TARGET void f32_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                      size_t a_stride, const void *b, size_t b_stride, float *c,
                                      size_t c_stride, int accumulate, const void *ahead) {
  if (!ahead) ahead = b;
  if (rows == 8 && a_stride == CK_INTERLEAVED && columns == 48 && b_stride == 48) {
    tile_f32(8, 3, steps, a, CK_INTERLEAVED, b, 48, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_INTERLEAVED && columns == 32) {
    tile_f32(8, 2, steps, a, CK_INTERLEAVED, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_LEFT_STEPS && columns == 48) {
    tile_f32(8, 3, steps, a, CK_LEFT_STEPS, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_LEFT_STEPS && columns == 32) {
    tile_f32(8, 2, steps, a, CK_LEFT_STEPS, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  switch (rows) { ROWS(F32_CASE) }
}

#define BF16_CASE(R)                                                                 \
  case R:                                                                            \
    if (columns == 48)                                                               \
      tile_bf16_f32(R, 3, steps, a, a_stride, b, b_stride, c, c_stride, accumulate); \
    else if (columns == 32)                                                          \
      tile_bf16_f32(R, 2, steps, a, a_stride, b, b_stride, c, c_stride, accumulate); \
    else                                                                             \
      tile_bf16_f32(R, 1, steps, a, a_stride, b, b_stride, c, c_stride, accumulate); \
    break;
static CK_AVX512_TARGET void bf16_f32_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                           size_t a_stride, const void *b, size_t b_stride,
                                           float *c, size_t c_stride, int accumulate,
                                           const void *ahead) {
  (void)ahead;
  switch (rows) { ROWS(BF16_CASE) }
}

void ck_fill_avx512(ck_kernels *kernels) {
  kernels->f32 = f32_tile;
  kernels->bf16_f32 = bf16_f32_tile;
  ck_fill_conversions_avx512(kernels);
  ck_fill_rows_avx512(kernels);
  ck_fill_softmax_avx512(kernels);
}
#endif
