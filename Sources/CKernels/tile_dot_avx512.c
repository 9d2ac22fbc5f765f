#if defined(__x86_64__)
#include <immintrin.h>

#include "internal.h"

// The dot-product instructions: vdpbf16ps (2 bf16 products per float lane) and vpdpbusd (4 byte
// products per integer lane). Both use the register tile and loop order of tile_avx512.c: 8 rows by
// 48 columns, 24 accumulators, 3 vectors of b and 1 broadcast word of a per step. A word is one
// step, so a step of 24 instructions is 24 x 64 or 24 x 128 operations.
#define UNROLL _Pragma("unroll")
#define ROWS(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)

CK_INLINE CK_BF16_TARGET void step_bf16(const size_t rows, const size_t vectors, const uint32_t *a,
                                        const size_t a_row, const uint32_t *b, __m512 sum[8][3]) {
  __m512i right[3];
  UNROLL for (size_t v = 0; v < vectors; v++) right[v] = _mm512_loadu_si512(b + 16 * v);
  UNROLL for (size_t r = 0; r < rows; r++) {
    __m512i left = _mm512_set1_epi32((int)a[r * a_row]);
    UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
        _mm512_dpbf16_ps(sum[r][v], (__m512bh)left, (__m512bh)right[v]);
  }
}

CK_INLINE CK_BF16_TARGET void tile_bf16(const size_t rows, const size_t vectors, size_t steps,
                                        const uint32_t *a, size_t a_stride, const uint32_t *b,
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
      step_bf16(rows, vectors, a + i * a_step, a_row, b, sum);
    }
  }
  for (; s < steps; s++, a += a_step, b += b_stride) step_bf16(rows, vectors, a, a_row, b, sum);
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++)
      _mm512_storeu_ps(c + r * c_stride + 16 * v, sum[r][v]);
}

#define BF16_CASE(R)                                                                    \
  case R:                                                                               \
    if (columns == 48)                                                                  \
      tile_bf16(R, 3, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    else if (columns == 32)                                                             \
      tile_bf16(R, 2, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    else                                                                                \
      tile_bf16(R, 1, steps, a, a_stride, b, b_stride, c, c_stride, accumulate, ahead); \
    break;
static CK_BF16_TARGET void bf16_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                     size_t a_stride, const void *b, size_t b_stride, float *c,
                                     size_t c_stride, int accumulate, const void *ahead) {
  if (!ahead) ahead = b;
  if (rows == 8 && a_stride == CK_INTERLEAVED && columns == 48 && b_stride == 48) {
    tile_bf16(8, 3, steps, a, CK_INTERLEAVED, b, 48, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_INTERLEAVED && columns == 32) {
    tile_bf16(8, 2, steps, a, CK_INTERLEAVED, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_LEFT_STEPS && columns == 48) {
    tile_bf16(8, 3, steps, a, CK_LEFT_STEPS, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  if (rows == 8 && a_stride == CK_LEFT_STEPS && columns == 32) {
    tile_bf16(8, 2, steps, a, CK_LEFT_STEPS, b, b_stride, c, c_stride, accumulate, ahead);
    return;
  }
  switch (rows) { ROWS(BF16_CASE) }
}

static CK_BF16_TARGET void to_bf16(const float *x, size_t count, uint16_t *out) {
  size_t i = 0;
  for (; i + 32 <= count; i += 32)
    _mm512_storeu_si512(
        out + i, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + i + 16), _mm512_loadu_ps(x + i)));
  for (; i < count; i += 16) {
    size_t left = ck_min(16, count - i);
    __mmask16 mask = (__mmask16)((1u << left) - 1);
    _mm256_mask_storeu_epi16(out + i, mask,
                             (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x + i)));
  }
}

CK_INLINE CK_VNNI_TARGET void step_int8(const size_t rows, const size_t vectors, const uint32_t *a,
                                        const size_t a_row, const uint32_t *b, __m512i sum[8][3]) {
  __m512i right[3];
  UNROLL for (size_t v = 0; v < vectors; v++) right[v] = _mm512_loadu_si512(b + 16 * v);
  UNROLL for (size_t r = 0; r < rows; r++) {
    __m512i left = _mm512_set1_epi32((int)a[r * a_row]);
    UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] =
        _mm512_dpbusd_epi32(sum[r][v], left, right[v]);
  }
}

// The integer sum is exact, so only the order of groups matters: one fused multiply-add per group,
// in ascending order.
CK_INLINE CK_VNNI_TARGET void tile_int8(const size_t rows, const size_t vectors, size_t steps,
                                        const uint32_t *a, size_t a_stride, const uint32_t *b,
                                        const float *a_scale, const float *b_scale,
                                        const int32_t *offset, float *c, size_t c_stride,
                                        int accumulate, const char *ahead) {
  const size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  __m512i sum[8][3];
  UNROLL for (size_t v = 0; v < vectors; v++) {
    __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_loadu_si512(offset + 16 * v));
    UNROLL for (size_t r = 0; r < rows; r++) sum[r][v] = start;
  }
  size_t s = 0;
  for (; s + 8 <= steps; s += 8, a += 8 * a_step, ahead += 64) {
    if (rows > 2) _mm_prefetch(ahead, _MM_HINT_T1);
    UNROLL for (size_t i = 0; i < 8; i++, b += 16 * vectors) {
      if (rows <= 2)
        UNROLL for (size_t v = 0; v < vectors; v++)
            _mm_prefetch((const char *)(b + 16 * v) + 4096, _MM_HINT_T0);
      step_int8(rows, vectors, a + i * a_step, a_row, b, sum);
    }
  }
  for (; s < steps; s++, a += a_step, b += 16 * vectors) step_int8(rows, vectors, a, a_row, b, sum);
  UNROLL for (size_t v = 0; v < vectors; v++) {
    __m512 scale = _mm512_loadu_ps(b_scale + 16 * v);
    UNROLL for (size_t r = 0; r < rows; r++) {
      float *out = c + r * c_stride + 16 * v;
      __m512 before = accumulate ? _mm512_loadu_ps(out) : _mm512_setzero_ps();
      __m512 factor = _mm512_mul_ps(_mm512_set1_ps(a_scale[r]), scale);
      _mm512_storeu_ps(out, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r][v]), factor, before));
    }
  }
}

#define INT8_CASE(R)                                                                            \
  case R:                                                                                       \
    if (columns == 48)                                                                          \
      tile_int8(R, 3, steps, a, a_stride, b, a_scale, b_scale, offset, c, c_stride, accumulate, \
                ahead);                                                                         \
    else if (columns == 32)                                                                     \
      tile_int8(R, 2, steps, a, a_stride, b, a_scale, b_scale, offset, c, c_stride, accumulate, \
                ahead);                                                                         \
    else                                                                                        \
      tile_int8(R, 1, steps, a, a_stride, b, a_scale, b_scale, offset, c, c_stride, accumulate, \
                ahead);                                                                         \
    break;
static CK_VNNI_TARGET void int8_tile(size_t rows, size_t columns, size_t steps, const void *a,
                                     size_t a_stride, const void *b, const float *a_scale,
                                     const float *b_scale, const int32_t *offset, float *c,
                                     size_t c_stride, int accumulate, const void *ahead) {
  if (!ahead) ahead = b;
  if (rows == 8 && columns == 48 && a_stride == CK_INTERLEAVED) {
    tile_int8(8, 3, steps, a, CK_INTERLEAVED, b, a_scale, b_scale, offset, c, c_stride, accumulate,
              ahead);
    return;
  }
  switch (rows) { ROWS(INT8_CASE) }
}

void ck_fill_bf16(ck_kernels *kernels) {
  kernels->bf16 = bf16_tile;
  kernels->to_bf16 = to_bf16;
  ck_fill_softmax_bf16(kernels);
}

void ck_fill_vnni(ck_kernels *kernels) { kernels->int8 = int8_tile; }
#endif
