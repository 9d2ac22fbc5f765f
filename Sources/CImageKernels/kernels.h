#ifndef CIK_KERNELS_H
#define CIK_KERNELS_H

#include "CImageKernels.h"

#define CIK_FRACTION_BITS 22
#define CIK_HALF (1 << (CIK_FRACTION_BITS - 1))

/// The arguments of a pass along columns and of one along rows.
typedef int cik_columns(const uint8_t *source, ptrdiff_t width, ptrdiff_t rows, cik_axis axis,
                        uint8_t *target);
typedef int cik_rows(const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row, cik_axis axis,
                     uint8_t *target);

cik_columns cik_columns_portable;
cik_rows cik_rows_portable;
#if defined(__x86_64__)
cik_columns cik_columns_sse41, cik_columns_avx2, cik_columns_avx512;
cik_rows cik_rows_sse41, cik_rows_avx2, cik_rows_avx512;
#endif

static inline uint8_t cik_rounded(int32_t sum) {
  int32_t value = sum >> CIK_FRACTION_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/// One output pixel of the pass along columns; `pixels` is its first input pixel.
static inline void cik_pixel(const uint8_t *pixels, const int32_t *weights, int32_t count,
                             uint8_t *output) {
  int32_t red = CIK_HALF, green = CIK_HALF, blue = CIK_HALF;
  for (int32_t t = 0; t < count; t++) {
    red += pixels[t * 3] * weights[t];
    green += pixels[t * 3 + 1] * weights[t];
    blue += pixels[t * 3 + 2] * weights[t];
  }
  output[0] = cik_rounded(red);
  output[1] = cik_rounded(green);
  output[2] = cik_rounded(blue);
}

/// One output sample of the pass along rows; `column` is its first input sample.
static inline uint8_t cik_sample(const uint8_t *column, ptrdiff_t row_bytes, const int32_t *weights,
                                 int32_t count) {
  int32_t sum = CIK_HALF;
  for (int32_t t = 0; t < count; t++) sum += column[t * row_bytes] * weights[t];
  return cik_rounded(sum);
}

/// Weights split for the multiplication of pairs of 16-bit numbers: weight = high * 2^15 + low with
/// 0 <= low < 2^15, each as [outputs, stride] with the stride rounded up to a multiple of 4 and
/// zeros beyond an output's count. The pairs of taps of one output lie together, so that 32 bits
/// hold the two factors of one multiply-add.
typedef struct {
  int16_t *high;
  int16_t *low;
  ptrdiff_t stride;
} cik_pairs;

/// The split weights, to be freed by `free(pairs.high)`; `high` is NULL where memory is short.
cik_pairs cik_split_pairs(cik_axis axis);

/// Weights split for the multiplication of fours of 8-bit numbers: weight = d2 * 2^16 + d1 * 2^8 +
/// d0 with digits of -128...127, as [outputs, groups, 3, 16]: sixteen taps of d0, of d1, of d2,
/// with zeros beyond an output's count.
typedef struct {
  int8_t *digits;
  ptrdiff_t groups;
} cik_digits;

/// The split weights, to be freed by `free(split.digits)`; `digits` is NULL where memory is short.
cik_digits cik_split_digits(cik_axis axis);

#endif
