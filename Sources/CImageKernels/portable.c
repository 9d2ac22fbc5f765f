#include "kernels.h"

int cik_columns_portable(const uint8_t *source, ptrdiff_t width, ptrdiff_t rows, cik_axis axis,
                         uint8_t *target) {
  for (ptrdiff_t y = 0; y < rows; y++)
    for (ptrdiff_t i = 0; i < axis.outputs; i++)
      cik_pixel(source + (y * width + axis.starts[i]) * 3, axis.weights + i * axis.stride,
                axis.counts[i], target + (y * axis.outputs + i) * 3);
  return 0;
}

/// Columns are handled in blocks whose sums stay in registers or the first cache while the input
/// rows stream by.
int cik_rows_portable(const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
                      cik_axis axis, uint8_t *target) {
  enum { BLOCK = 64 };
  for (ptrdiff_t i = 0; i < axis.outputs; i++) {
    const uint8_t *first = source + (axis.starts[i] - first_row) * row_bytes;
    const int32_t *weights = axis.weights + i * axis.stride;
    for (ptrdiff_t x = 0; x < row_bytes; x += BLOCK) {
      ptrdiff_t columns = row_bytes - x < BLOCK ? row_bytes - x : BLOCK;
      int32_t sums[BLOCK];
      for (ptrdiff_t c = 0; c < columns; c++) sums[c] = CIK_HALF;
      for (int32_t t = 0; t < axis.counts[i]; t++) {
        const uint8_t *row = first + t * row_bytes + x;
        for (ptrdiff_t c = 0; c < columns; c++) sums[c] += row[c] * weights[t];
      }
      for (ptrdiff_t c = 0; c < columns; c++) target[i * row_bytes + x + c] = cik_rounded(sums[c]);
    }
  }
  return 0;
}

void cik_normalize(const uint8_t *samples, ptrdiff_t pixels, const float *table, float *target) {
  float *red = target, *green = target + pixels, *blue = target + 2 * pixels;
  for (ptrdiff_t p = 0; p < pixels; p++) {
    red[p] = table[samples[p * 3]];
    green[p] = table[256 + samples[p * 3 + 1]];
    blue[p] = table[512 + samples[p * 3 + 2]];
  }
}
