#include <math.h>
#include <string.h>

#include "internal.h"

// The kernels in plain C, for machines without vector extensions that we know. Loop order: 16
// columns at a time, one row, steps inside; 16 accumulators are four 4-wide registers, which
// compilers vectorise. Multiply and add are rounded separately here, so results differ from the
// fused kernels in the last bits.

static void f32_tile(size_t rows, size_t columns, size_t steps, const void *a, size_t a_stride,
                     const void *b, size_t b_stride, float *c, size_t c_stride, int accumulate,
                     const void *ahead) {
  (void)ahead;
  size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  for (size_t column = 0; column < columns; column += 16) {
    for (size_t r = 0; r < rows; r++) {
      float sum[16] = {0};
      float *out = c + r * c_stride + column;
      const float *left = (const float *)a + r * a_row, *right = (const float *)b + column;
      if (accumulate) memcpy(sum, out, sizeof sum);
      for (size_t s = 0; s < steps; s++)
        for (size_t i = 0; i < 16; i++) sum[i] += left[s * a_step] * right[s * b_stride + i];
      memcpy(out, sum, sizeof sum);
    }
  }
}

CK_INLINE float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
CK_INLINE uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

static void bf16_f32_tile(size_t rows, size_t columns, size_t steps, const void *a, size_t a_stride,
                          const void *b, size_t b_stride, float *c, size_t c_stride, int accumulate,
                          const void *ahead) {
  (void)ahead;
  for (size_t column = 0; column < columns; column += 16) {
    for (size_t r = 0; r < rows; r++) {
      float sum[16] = {0};
      float *out = c + r * c_stride + column;
      const float *left = (const float *)a + r * a_stride;
      const uint32_t *right = (const uint32_t *)b + column;
      if (accumulate) memcpy(sum, out, sizeof sum);
      for (size_t s = 0; s < steps; s++) {
        for (size_t i = 0; i < 16; i++)
          sum[i] += left[2 * s] * float_of(right[s * b_stride + i] << 16);
        for (size_t i = 0; i < 16; i++)
          sum[i] += left[2 * s + 1] * float_of(right[s * b_stride + i] & 0xffff0000u);
      }
      memcpy(out, sum, sizeof sum);
    }
  }
}

static void int8_tile(size_t rows, size_t columns, size_t steps, const void *a, size_t a_stride,
                      const void *b, const float *a_scale, const float *b_scale,
                      const int32_t *offset, float *c, size_t c_stride, int accumulate,
                      const void *ahead) {
  (void)ahead;
  const int8_t *right = b;
  size_t a_row = ck_left_row(a_stride), a_step = ck_left_step(a_stride);
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *left = (const uint8_t *)a + 4 * r * a_row;
    for (size_t n = 0; n < columns; n++) {
      int32_t sum = 0;
      for (size_t s = 0; s < steps; s++)
        for (size_t i = 0; i < 4; i++)
          sum += left[4 * s * a_step + i] * right[4 * (s * columns + n) + i];
      float value = (float)(sum - offset[n]) * (a_scale[r] * b_scale[n]);
      c[r * c_stride + n] = accumulate ? c[r * c_stride + n] + value : value;
    }
  }
}

static void widen_bf16(const uint32_t *pairs, size_t steps, size_t columns, float *out) {
  for (size_t s = 0; s < steps; s++)
    for (size_t n = 0; n < columns; n++) {
      out[2 * s * columns + n] = float_of(pairs[s * columns + n] << 16);
      out[(2 * s + 1) * columns + n] = float_of(pairs[s * columns + n] & 0xffff0000u);
    }
}

static void to_bf16(const float *x, size_t count, uint16_t *out) {
  for (size_t i = 0; i < count; i++) out[i] = ck_bf16_bits(bits_of(x[i]));
}

static float quantise(const float *x, size_t count, uint8_t *out) {
  float largest = 0;
  for (size_t i = 0; i < count; i++) largest = fmaxf(largest, fabsf(x[i]));
  float inverse = largest >= CK_LEAST_PEAK ? 127 / largest : 0;
  for (size_t i = 0; i < count; i++) {
    // At most 127 in size; the comparisons keep NaN out of the conversion.
    float rounded = ck_nearest(x[i] * inverse);
    out[i] = (uint8_t)(128 + (int)(rounded > -127 ? (rounded < 127 ? rounded : 127) : -127));
  }
  for (size_t i = count; i % 4; i++) out[i] = 128;
  return largest / 127;
}

static void transpose(const uint32_t *in, size_t in_stride, size_t rows, size_t columns,
                      uint32_t *out, size_t out_stride) {
  for (size_t r = 0; r < rows; r++)
    for (size_t column = 0; column < columns; column++)
      out[column * out_stride + r] = in[r * in_stride + column];
}

void ck_fill_portable(ck_kernels *kernels) {
  kernels->f32 = f32_tile;
  kernels->bf16_f32 = bf16_f32_tile;
  kernels->int8 = int8_tile;
  kernels->widen_bf16 = widen_bf16;
  kernels->to_bf16 = to_bf16;
  kernels->quantise = quantise;
  kernels->transpose = transpose;
  ck_fill_rows_portable(kernels);
}
