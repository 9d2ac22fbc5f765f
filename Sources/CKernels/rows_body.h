// The operators that work on one row, in plain loops that a compiler vectorises. Included once per
// instruction set, inside a target attribute; ROWS_FILL names the function that enters them into
// the kernel table.
//
// Sums run in 16 lanes that are added pairwise at the end, so that their order does not depend on
// the vector width.

#include <math.h>
#include <string.h>

#include "internal.h"

// Before loops over elements whose result may lie where an operand lies. Each iteration touches its
// own place only; without the promise a compiler that finds the same address twice at run time
// takes the loop one element at a time.
#define APART _Pragma("clang loop vectorize(assume_safety)")

CK_INLINE float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// e^x within 2 units in the last place; 0 below -104, infinity above 88.72, NaN for NaN.
// x = n ln 2 + r with |r| <= ln 2 / 2; e^r = 1 + r + r^2 q(r) with a least-squares q (relative
// error 3e-9); 2^n in two factors, so that subnormal results are right. Adding 1.5 * 2^23 rounds x
// / ln 2 to an integer in the low bits.
CK_INLINE float exponential(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  float shifted = x * 1.44269504f + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &shifted, 4);
  int32_t n = (int32_t)(bits - 0x4b400000u);
  float whole = shifted - 12582912.0f;
  float r =
      x -
      whole * 0.693359375f;  // ln 2 in two parts; the first has few bits, so the product is exact
  r = r + whole * 2.12194440e-4f;
  float q = 0.0013814468f;
  q = q * r + 0.0083687808f;
  q = q * r + 0.0416683927f;
  q = q * r + 0.1666651964f;
  q = q * r + 0.4999999404f;
  float e = q * (r * r) + r + 1.0f;
  int32_t half = n >> 1;
  return e * bits_to_float((uint32_t)(half + 127) << 23) *
         bits_to_float((uint32_t)(n - half + 127) << 23);
}

// erfc(x) e^(x^2) for x >= 0 as a polynomial in 1 / (1 + 0.4 x), least squares, relative error 5e-9
// up to x = 5.2; beyond, erfc is below 2e-13.
CK_INLINE float erfc_positive(float x) {
  float t = 1.0f / (1.0f + 0.4f * x);
  float p = 0.08709555864f;
  p = p * t - 0.4613992870f;
  p = p * t + 0.8342047930f;
  p = p * t - 0.5618985891f;
  p = p * t + 0.5528605580f;
  p = p * t + 0.0706659630f;
  p = p * t + 0.2565578222f;
  p = p * t + 0.2216878980f;
  p = p * t + 0.0002252724f;
  return p * exponential(-x * x);
}

CK_INLINE float sum_of_lanes(float *lanes) {
  for (size_t width = 8; width; width /= 2)
    for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

static void ROWS_NAME(rms_norm)(const float *x, size_t n, const float *weight, float epsilon,
                                float *y) {
  float lanes[16] = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (size_t lane = 0; lane < 16; lane++) lanes[lane] += x[i + lane] * x[i + lane];
  for (size_t lane = 0; i < n; i++, lane++) lanes[lane] += x[i] * x[i];
  float scale = 1.0f / sqrtf(sum_of_lanes(lanes) / (float)n + epsilon);
  APART for (i = 0; i < n; i++) y[i] = weight[i] * (x[i] * scale);
}

static void ROWS_NAME(layer_norm)(const float *x, size_t n, const float *weight, const float *bias,
                                  float epsilon, float *y) {
  float lanes[16] = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (size_t lane = 0; lane < 16; lane++) lanes[lane] += x[i + lane];
  for (size_t lane = 0; i < n; i++, lane++) lanes[lane] += x[i];
  float mean = sum_of_lanes(lanes) / (float)n;
  float squares[16] = {0};
  for (i = 0; i + 16 <= n; i += 16)
    for (size_t lane = 0; lane < 16; lane++)
      squares[lane] += (x[i + lane] - mean) * (x[i + lane] - mean);
  for (size_t lane = 0; i < n; i++, lane++) squares[lane] += (x[i] - mean) * (x[i] - mean);
  float scale = 1.0f / sqrtf(sum_of_lanes(squares) / (float)n + epsilon);
  APART for (i = 0; i < n; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
}

static void ROWS_NAME(activate)(ck_activation activation, const float *x, size_t n, float *y) {
  switch (activation) {
    case CK_QUICK_GELU:
      APART for (size_t i = 0; i < n; i++) y[i] = x[i] / (1.0f + exponential(-1.702f * x[i]));
      break;
    case CK_SILU:
      APART for (size_t i = 0; i < n; i++) y[i] = x[i] / (1.0f + exponential(-x[i]));
      break;
    case CK_GELU:
      APART for (size_t i = 0; i < n; i++) {
        float tail = 0.5f * x[i] * erfc_positive(fabsf(x[i]) * 0.707106781f);
        y[i] = x[i] < 0 ? tail : x[i] - tail;
      }
      break;
    case CK_IDENTITY:
      if (y != x) memcpy(y, x, 4 * n);
  }
}

static void ROWS_NAME(silu_gate)(const float *gate, const float *up, size_t n, float *y) {
  APART for (size_t i = 0; i < n; i++) y[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

static void ROWS_NAME(add)(const float *x, const float *y, size_t n, float *sum) {
  APART for (size_t i = 0; i < n; i++) sum[i] = x[i] + y[i];
}

static void ROWS_NAME(scale)(const float *x, size_t n, float factor, float *y) {
  APART for (size_t i = 0; i < n; i++) y[i] = x[i] * factor;
}

static void ROWS_NAME(rotate)(float *first, float *second, size_t n, const float *cosines,
                              const float *sines) {
  APART for (size_t i = 0; i < n; i++) {
    float a = first[i], b = second[i];
    first[i] = a * cosines[i] - b * sines[i];
    second[i] = b * cosines[i] + a * sines[i];
  }
}

static float ROWS_NAME(softmax)(float *scores, const uint64_t *masks, size_t mask_stride,
                                size_t tiles, float scale, float *largest, float *correction) {
  float peaks[16], sums[16] = {0};
  for (size_t lane = 0; lane < 16; lane++) peaks[lane] = -INFINITY;
  for (size_t i = 0; i < tiles * CK_KEYS; i += 16) {
    uint64_t mask = masks[i / CK_KEYS * mask_stride];
    if (!mask) continue;
    for (size_t lane = 0; lane < 16; lane++) {
      float score = mask >> (i % CK_KEYS + lane) & 1 ? scores[i + lane] * scale : -INFINITY;
      scores[i + lane] = score;
      peaks[lane] = score > peaks[lane] ? score : peaks[lane];
    }
  }
  float peak = *largest;
  for (size_t lane = 0; lane < 16; lane++) peak = peaks[lane] > peak ? peaks[lane] : peak;
  *correction = peak == *largest ? 1.0f : exponential(*largest - peak);
  *largest = peak;
  for (size_t i = 0; i < tiles * CK_KEYS; i += 16) {
    if (!masks[i / CK_KEYS * mask_stride]) continue;
    for (size_t lane = 0; lane < 16; lane++) {
      float e = exponential(scores[i + lane] - peak);
      scores[i + lane] = e;
      sums[lane] += e;
    }
  }
  return sum_of_lanes(sums);
}

void ROWS_FILL(ck_kernels *kernels);
void ROWS_FILL(ck_kernels *kernels) {
  kernels->rms_norm = ROWS_NAME(rms_norm);
  kernels->layer_norm = ROWS_NAME(layer_norm);
  kernels->activate = ROWS_NAME(activate);
  kernels->silu_gate = ROWS_NAME(silu_gate);
  kernels->add = ROWS_NAME(add);
  kernels->scale = ROWS_NAME(scale);
  kernels->rotate = ROWS_NAME(rotate);
  kernels->softmax = ROWS_NAME(softmax);
}
