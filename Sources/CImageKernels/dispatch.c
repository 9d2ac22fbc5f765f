#include "kernels.h"

#include <stdlib.h>

int cik_is_supported(cik_isa isa) {
  if (isa == CIK_PORTABLE) return 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == CIK_SSE41) return __builtin_cpu_supports("sse4.1") != 0;
  if (isa == CIK_AVX2) return __builtin_cpu_supports("avx2") != 0;
  if (isa == CIK_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512vbmi");
#endif
  return 0;
}

int cik_resize_columns(cik_isa isa, const uint8_t *source, ptrdiff_t width, ptrdiff_t rows,
                       cik_axis axis, uint8_t *target) {
  if (!cik_is_supported(isa)) return -1;
  switch (isa) {
#if defined(__x86_64__)
    case CIK_SSE41:
      return cik_columns_sse41(source, width, rows, axis, target);
    case CIK_AVX2:
      return cik_columns_avx2(source, width, rows, axis, target);
    case CIK_AVX512:
      return cik_columns_avx512(source, width, rows, axis, target);
#endif
    default:
      return cik_columns_portable(source, width, rows, axis, target);
  }
}

int cik_resize_rows(cik_isa isa, const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
                    cik_axis axis, uint8_t *target) {
  if (!cik_is_supported(isa)) return -1;
  switch (isa) {
#if defined(__x86_64__)
    case CIK_SSE41:
      return cik_rows_sse41(source, row_bytes, first_row, axis, target);
    case CIK_AVX2:
      return cik_rows_avx2(source, row_bytes, first_row, axis, target);
    case CIK_AVX512:
      return cik_rows_avx512(source, row_bytes, first_row, axis, target);
#endif
    default:
      return cik_rows_portable(source, row_bytes, first_row, axis, target);
  }
}

cik_pairs cik_split_pairs(cik_axis axis) {
  cik_pairs pairs = {NULL, NULL, (axis.stride + 3) / 4 * 4};
  size_t count = (size_t)pairs.stride * (size_t)axis.outputs;
  pairs.high = calloc(count * 2, sizeof(int16_t));
  if (pairs.high == NULL) return pairs;
  pairs.low = pairs.high + count;
  for (ptrdiff_t i = 0; i < axis.outputs; i++)
    for (int32_t t = 0; t < axis.counts[i]; t++) {
      int32_t weight = axis.weights[i * axis.stride + t];
      pairs.high[i * pairs.stride + t] = (int16_t)(weight >> 15);
      pairs.low[i * pairs.stride + t] = (int16_t)(weight & 0x7FFF);
    }
  return pairs;
}

cik_digits cik_split_digits(cik_axis axis) {
  cik_digits split = {NULL, (axis.stride + 15) / 16};
  split.digits = calloc((size_t)split.groups * (size_t)axis.outputs, 48);
  if (split.digits == NULL) return split;
  for (ptrdiff_t i = 0; i < axis.outputs; i++)
    for (int32_t t = 0; t < axis.counts[i]; t++) {
      int32_t rest = axis.weights[i * axis.stride + t];
      int8_t *group = split.digits + (i * split.groups + t / 16) * 48 + t % 16;
      for (int digit = 0; digit < 3; digit++) {
        group[digit * 16] = (int8_t)(rest & 0xFF);
        // What the signed digit leaves over is a multiple of 256.
        rest = (rest - group[digit * 16]) >> 8;
      }
    }
  return split;
}
