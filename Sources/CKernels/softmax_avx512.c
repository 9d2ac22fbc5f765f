#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "internal.h"

// One row's step of the online softmax over tiles of 64 keys, each in four vectors. The portable
// form in rows_body.h says what it computes. Here the exponent is in powers of two, so that scale,
// shift and conversion are one multiply-add, and hidden scores are left out by masks: 13
// instructions per 16 scores. Where the result is rounded to bf16 (2^-9), two of them can be saved.

#define LOG2_E 1.44269504f
#define UNROLL _Pragma("unroll")

// 2^x for x <= 0: 2^n 2^r with |r| <= 1/2, scaled by the instruction that gives 0 far below. 2^r is
// a polynomial whose relative error is below 1e-8 before rounding in degree 6, and below 3e-6 in
// degree 4. -200 keeps r a number where x is minus infinity.
CK_INLINE CK_AVX512_TARGET __m512 power_of_two(const int degree, __m512 x, __mmask16 mask) {
  x = _mm512_max_ps(_mm512_set1_ps(-200.0f), x);  // NaN passes, as the second operand does
  __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_sub_ps(x, n), q;
  if (degree == 4) {
    q = _mm512_fmadd_ps(_mm512_set1_ps(9.5701019e-3f), r, _mm512_set1_ps(5.5917862e-2f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(2.4024745e-1f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(6.9312181e-1f));
  } else {
    q = _mm512_fmadd_ps(_mm512_set1_ps(1.5403530394e-4f), r, _mm512_set1_ps(1.3333558146e-3f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(9.6181291076e-3f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(5.5504108665e-2f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(2.4022650696e-1f));
    q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(6.9314718056e-1f));
  }
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1.0f));
  return _mm512_maskz_scalef_ps(mask, q, n);
}

// The new maximum; *correction is what the old one costs.
CK_INLINE CK_AVX512_TARGET float raise_peak(const float *scores, const uint64_t *masks,
                                            size_t mask_stride, size_t tiles, float scale,
                                            float before, float *correction) {
  __m512 peaks[4];
  UNROLL for (int i = 0; i < 4; i++) peaks[i] = _mm512_set1_ps(-INFINITY);
  for (size_t tile = 0; tile < tiles; tile++) {
    uint64_t mask = masks[tile * mask_stride];
    UNROLL for (int i = 0; i < 4; i++) peaks[i] =
        _mm512_mask_max_ps(peaks[i], (__mmask16)(mask >> 16 * i), peaks[i],
                           _mm512_loadu_ps(scores + tile * CK_KEYS + 16 * i));
  }
  float peak = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(peaks[0], peaks[1]),
                                                  _mm512_max_ps(peaks[2], peaks[3]))) *
               scale;
  peak = before > peak ? before : peak;
  *correction =
      peak == before
          ? 1.0f
          : _mm512_cvtss_f32(power_of_two(6, _mm512_set1_ps((before - peak) * LOG2_E), 1));
  return peak;
}

CK_INLINE CK_AVX512_TARGET float total(const __m512 sums[4]) {
  return _mm512_reduce_add_ps(
      _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

static CK_AVX512_TARGET float softmax(float *scores, const uint64_t *masks, size_t mask_stride,
                                      size_t tiles, float scale, float *largest,
                                      float *correction) {
  *largest = raise_peak(scores, masks, mask_stride, tiles, scale, *largest, correction);
  const __m512 factor = _mm512_set1_ps(scale * LOG2_E), shift = _mm512_set1_ps(*largest * LOG2_E);
  __m512 sums[4];
  UNROLL for (int i = 0; i < 4; i++) sums[i] = _mm512_setzero_ps();
  for (size_t tile = 0; tile < tiles; tile++) {
    uint64_t mask = masks[tile * mask_stride];
    float *of_tile = scores + tile * CK_KEYS;
    if (!mask) continue;
    UNROLL for (int i = 0; i < 4; i++) {
      __m512 x = _mm512_fmsub_ps(_mm512_loadu_ps(of_tile + 16 * i), factor, shift);
      __m512 e = power_of_two(6, x, (__mmask16)(mask >> 16 * i));
      _mm512_storeu_ps(of_tile + 16 * i, e);
      sums[i] = _mm512_add_ps(sums[i], e);
    }
  }
  return total(sums);
}

// The sum is of the exponentials before they are rounded. Tile t goes to words 32 t ..< 32 t + 32,
// which have been read by then.
static CK_BF16_TARGET float softmax_bf16(float *scores, const uint64_t *masks, size_t mask_stride,
                                         size_t tiles, float scale, float *largest,
                                         float *correction) {
  *largest = raise_peak(scores, masks, mask_stride, tiles, scale, *largest, correction);
  const __m512 factor = _mm512_set1_ps(scale * LOG2_E), shift = _mm512_set1_ps(*largest * LOG2_E);
  __m512 sums[4];
  UNROLL for (int i = 0; i < 4; i++) sums[i] = _mm512_setzero_ps();
  for (size_t tile = 0; tile < tiles; tile++) {
    uint64_t mask = masks[tile * mask_stride];
    const float *of_tile = scores + tile * CK_KEYS;
    float *out = scores + tile * CK_KEYS / 2;
    if (!mask) continue;
    __m512 e[4];
    UNROLL for (int i = 0; i < 4; i++) {
      __m512 x = _mm512_fmsub_ps(_mm512_loadu_ps(of_tile + 16 * i), factor, shift);
      e[i] = power_of_two(4, x, (__mmask16)(mask >> 16 * i));
      sums[i] = _mm512_add_ps(sums[i], e[i]);
    }
    _mm512_storeu_ps(out, (__m512)_mm512_cvtne2ps_pbh(e[1], e[0]));
    _mm512_storeu_ps(out + 16, (__m512)_mm512_cvtne2ps_pbh(e[3], e[2]));
  }
  return total(sums);
}

void ck_fill_softmax_avx512(ck_kernels *kernels) { kernels->softmax = softmax; }
void ck_fill_softmax_bf16(ck_kernels *kernels) { kernels->softmax_bf16 = softmax_bf16; }
#endif
