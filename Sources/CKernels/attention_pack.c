#include <string.h>

#include "internal.h"

// The operands of attention's tiles, and which keys of a tile a query sees. Scores fold over the head dimension, so keys are transposed: [steps][64 keys]. Outputs fold
// over the keys, so values keep their rows; in bf16 a step takes two keys: [32][columns] pairs, the even key low.

void ck_pack_row(const ck_attention_form *form, const float *x, float *out) {
  size_t d = form->head_dimension;
  if (form->dot) {
    ((uint16_t *)out)[d | 1] = 0;  // the partner of an odd last element
    form->kernels->to_bf16(x, d, (uint16_t *)out);
  } else {
    memcpy(out, x, 4 * d);
  }
}

// Asks for a row: a head's part of it is 512 bytes, too short for the processor to foresee the next one.
CK_INLINE void touch_row(const float *row, size_t columns) {
  for (size_t i = 0; i < columns; i += 16) __builtin_prefetch(row + i, 0, 2);
}

void ck_touch_rows(const float *rows, size_t stride, size_t columns) {
  for (size_t key = 0; key < CK_KEYS; key++) touch_row(rows + key * stride, columns);
}

void ck_pack_keys(const ck_attention_form *form, const float *rows, size_t stride, size_t count, const float *ahead, float *out,
                  float *spare) {
  if (form->dot && count % 16 == 0 && form->head_dimension % 32 == 0) {
    form->kernels->transpose_bf16(rows, stride, count, form->head_dimension, ahead, (uint32_t *)out, CK_KEYS);
    return;
  }
  if (!form->dot && ahead) ck_touch_rows(ahead, stride, form->head_dimension);
  if (form->dot) {
    for (size_t key = 0; key < count; key++) {
      if (ahead) touch_row(ahead + key * stride, form->head_dimension);
      ck_pack_row(form, rows + key * stride, spare + key * form->value_columns);
    }
    rows = spare;
    stride = form->value_columns;
  }
  form->kernels->transpose((const uint32_t *)rows, stride, count, form->steps, (uint32_t *)out, CK_KEYS);
}

void ck_pack_values(const ck_attention_form *form, const float *rows, size_t stride, size_t count, const float *ahead,
                    float *out) {
  size_t d = form->head_dimension, columns = form->value_columns;
  if (!form->dot) {
    for (size_t key = 0; key < count; key++) {
      memcpy(out + key * columns, rows + key * stride, 4 * d);
      memset(out + key * columns + d, 0, 4 * (columns - d));
    }
    return;
  }
  for (size_t key = 0; key < count; key += 2) {
    const float *even = rows + key * stride;
    if (ahead) touch_row(ahead + key * stride, d), touch_row(ahead + (key + 1) * stride, d);
    form->kernels->pair_bf16(even, key + 1 < count ? even + stride : NULL, d, (uint32_t *)out + key / 2 * columns);
  }
}

uint64_t ck_tile_masks(const ck_attention_call *call, size_t first_query, size_t queries, size_t group, size_t first_key,
                       uint64_t *masks) {
  size_t segments = call->segment_count, tile_end = ck_min(first_key + CK_KEYS, call->key_count);
  const int32_t *counts = call->counts + first_query * segments;
  memset(masks, 0, queries * group * sizeof *masks);
  uint64_t any = 0;
  for (size_t segment = 0; segment < segments; segment++) {
    size_t start = call->segment_starts[segment];
    if (start >= tile_end) continue;
    size_t low = start > first_key ? start - first_key : 0;
    for (size_t q = 0; q < queries; q++) {
      size_t end = start + (size_t)(counts[q * segments + segment] > 0 ? counts[q * segments + segment] : 0);
      if (end <= first_key + low) continue;
      size_t high = ck_min(end, tile_end) - first_key;
      uint64_t mask = ~(uint64_t)0 >> (CK_KEYS - (high - low)) << low;
      for (size_t h = 0; h < group; h++) masks[q * group + h] |= mask;
      any |= mask;
    }
  }
  return any;
}
