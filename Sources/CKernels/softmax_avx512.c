#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "internal.h"

// One row's step of the online softmax over a tile of 64 keys, in four vectors. The portable form in rows_body.h says what it
// computes; here the exponential has no range checks, since its argument is never positive: 14 instructions per 16 scores.

// e^x for x <= 0: 2^n e^r as in rows_body.h, with the scaling instruction, which gives 0 far below.
CK_INLINE CK_AVX512_TARGET __m512 exponential(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-200.0f), x);  // -infinity would make r a NaN; NaN passes, as the second operand does
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.12194440e-4f), r);
  __m512 q = _mm512_fmadd_ps(_mm512_set1_ps(0.0013814468f), r, _mm512_set1_ps(0.0083687808f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(0.0416683927f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(0.1666651964f));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(0.4999999404f));
  __m512 e = _mm512_add_ps(_mm512_fmadd_ps(q, _mm512_mul_ps(r, r), r), _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(e, n);
}

static CK_AVX512_TARGET float softmax(float *scores, uint64_t mask, float scale, float *largest, float *correction) {
  const __m512 factor = _mm512_set1_ps(scale), hidden = _mm512_set1_ps(-INFINITY);
  __m512 score[4];
  _Pragma("unroll") for (int i = 0; i < 4; i++)
    score[i] = _mm512_mask_mul_ps(hidden, (__mmask16)(mask >> 16 * i), _mm512_loadu_ps(scores + 16 * i), factor);
  __m512 peaks = _mm512_max_ps(_mm512_max_ps(score[0], score[1]), _mm512_max_ps(score[2], score[3]));
  float before = *largest, peak = _mm512_reduce_max_ps(peaks);
  peak = before > peak ? before : peak;
  *largest = peak;
  const __m512 shift = _mm512_set1_ps(peak);
  *correction = peak == before ? 1.0f : _mm512_cvtss_f32(exponential(_mm512_set1_ps(before - peak)));
  _Pragma("unroll") for (int i = 0; i < 4; i++) {
    score[i] = exponential(_mm512_sub_ps(score[i], shift));
    _mm512_storeu_ps(scores + 16 * i, score[i]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(score[0], score[1]), _mm512_add_ps(score[2], score[3])));
}

void ck_fill_softmax_avx512(ck_kernels *kernels) { kernels->softmax = softmax; }
#endif
