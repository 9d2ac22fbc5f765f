#ifndef CIMAGEKERNELS_H
#define CIMAGEKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The implementations of the two resize passes. All compute the same bits: sums of 8-bit samples
/// times 32-bit weights are exact in 32-bit arithmetic, so neither the order of the terms nor the
/// way a weight is split matters.
typedef enum { CIK_PORTABLE = 0, CIK_SSE41 = 1, CIK_AVX2 = 2, CIK_AVX512 = 3 } cik_isa;

/// One axis of a resize: output i is the sum over t < counts[i] of input[starts[i] + t] * weights[i
/// * stride + t], rounded from 22 fractional bits and cut to 0...255. The weights of one output
/// must sum to about 2^22 (their magnitudes to less than 2^31 / 255), and every counts[i] must be
/// at most stride.
typedef struct {
  const int32_t *starts;
  const int32_t *counts;
  const int32_t *weights;
  ptrdiff_t stride;
  ptrdiff_t outputs;
} cik_axis;

/// 1 where this processor runs the implementation, 0 otherwise.
int cik_is_supported(cik_isa isa);

/// Resizes every row of an RGB image along its columns.
///
/// - Parameters:
///   - source: [rows, width, 3].
///   - target: [rows, outputs, 3].
/// - Returns: 0, or -1 where the implementation is not supported or memory is short.
int cik_resize_columns(cik_isa isa, const uint8_t *source, ptrdiff_t width, ptrdiff_t rows,
                       cik_axis axis, uint8_t *target);

/// Resizes an image along its rows.
///
/// - Parameters:
///   - source: rows of `row_bytes` bytes, of which the first is input position `first_row`.
///   - target: [outputs, row_bytes].
/// - Returns: 0, or -1 where the implementation is not supported or memory is short.
int cik_resize_rows(cik_isa isa, const uint8_t *source, ptrdiff_t row_bytes, ptrdiff_t first_row,
                    cik_axis axis, uint8_t *target);

/// Splits interleaved samples into planes and maps each through its channel's table.
///
/// - Parameters:
///   - samples: [pixels, 3].
///   - table: [3, 256].
///   - target: [3, pixels].
void cik_normalize(const uint8_t *samples, ptrdiff_t pixels, const float *table, float *target);

#endif
