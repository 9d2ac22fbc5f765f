#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "internal.h"

// One row's step of the online softmax over a tile of 64 keys, in four vectors. The portable form in rows_body.h says what it
// computes. Here the exponent is in powers of two, so that scale, shift and conversion are one multiply-add, and hidden scores
// are left out by masks: 10 instructions per 16 scores.

#define LOG2_E 1.44269504f

// 2^x for x <= 0: 2^n 2^r with |r| <= 1/2, 2^r by a polynomial of degree 6 (relative error below 1e-8 before rounding), scaled by the
// instruction that gives 0 far below. -200 keeps r a number where x is minus infinity.
CK_INLINE CK_AVX512_TARGET __m512 power_of_two(__m512 x, __mmask16 mask) {
  x = _mm512_max_ps(_mm512_set1_ps(-200.0f), x);  // NaN passes, as the second operand does
  __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_sub_ps(x, n);
  __m512 q = _mm512_fmadd_ps(_mm512_set1_ps(1.5403530394e-4f), r, _mm512_set1_ps(1.3333558146e-3f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(9.6181291076e-3f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(5.5504108665e-2f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(2.4022650696e-1f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(6.9314718056e-1f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1.0f));
  return _mm512_maskz_scalef_ps(mask, q, n);
}

static CK_AVX512_TARGET float softmax(float *scores, uint64_t mask, float scale, float *largest, float *correction) {
  __m512 score[4], peaks = _mm512_set1_ps(-INFINITY);
  _Pragma("unroll") for (int i = 0; i < 4; i++) {
    score[i] = _mm512_loadu_ps(scores + 16 * i);
    peaks = _mm512_mask_max_ps(peaks, (__mmask16)(mask >> 16 * i), peaks, score[i]);
  }
  float before = *largest, peak = _mm512_reduce_max_ps(peaks) * scale;
  peak = before > peak ? before : peak;
  *largest = peak;
  *correction = peak == before ? 1.0f : _mm512_cvtss_f32(power_of_two(_mm512_set1_ps((before - peak) * LOG2_E), 1));
  const __m512 factor = _mm512_set1_ps(scale * LOG2_E), shift = _mm512_set1_ps(peak * LOG2_E);
  _Pragma("unroll") for (int i = 0; i < 4; i++) {
    score[i] = power_of_two(_mm512_fmsub_ps(score[i], factor, shift), (__mmask16)(mask >> 16 * i));
    _mm512_storeu_ps(scores + 16 * i, score[i]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(score[0], score[1]), _mm512_add_ps(score[2], score[3])));
}

void ck_fill_softmax_avx512(ck_kernels *kernels) { kernels->softmax = softmax; }
#endif
