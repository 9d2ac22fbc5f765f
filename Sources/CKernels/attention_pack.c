#include <string.h>

#include "internal.h"

// The operands of attention's tiles, and which keys of a tile a query sees. Scores fold over the
// head dimension, so keys are transposed: [steps][64 keys]. Outputs fold over the keys, so values
// keep their rows; in bf16 a step takes two keys: [32][columns] pairs, the even key low.

void ck_pack_row(const ck_attention_form *form, const float *x, float *out) {
  size_t d = form->head_dimension;
  if (form->dot) {
    ((uint16_t *)out)[d | 1] = 0;  // the partner of an odd last element
    form->kernels->to_bf16(x, d, (uint16_t *)out);
  } else {
    memcpy(out, x, 4 * d);
  }
}

ck_rows ck_tile_source(const ck_attention_call *call, const void *x, size_t head, size_t tile) {
  size_t stride = call->key_heads * call->head_dimension, element = call->stored == CK_BF16 ? 2 : 4,
         first = tile * CK_KEYS;
  size_t row = head / call->key_heads * call->key_count + first;
  ck_rows source = {
      .stored = call->stored, .stride = stride, .count = ck_min(CK_KEYS, call->key_count - first)};
  source.rows =
      (const char *)x + (row * stride + head % call->key_heads * call->head_dimension) * element;
  source.row_bytes = call->head_dimension * element;
  source.next_stride = stride * element;
  source.parts = 1;
  return source;
}

void ck_ask_for_next_head(const ck_attention_call *call, size_t head, ck_rows *source) {
  if ((head + 1) % call->key_heads) source->next = (const char *)source->rows + source->row_bytes;
}

void ck_ask_for_next_tile(const ck_attention_call *call, size_t heads, size_t place, size_t tile,
                          ck_rows *source) {
  if ((tile + 2) * CK_KEYS > call->key_count) return;
  // The tile's rows of all the heads, in the order of memory, shared out evenly.
  source->next = (const char *)source->rows - place * source->row_bytes +
                 (CK_KEYS + place * CK_KEYS / heads) * source->next_stride;
  source->part = place * CK_KEYS % heads;
  source->parts = heads;
}

// Asks for a row of what is read next: a head's part of it is some 256 bytes, too short for the
// processor to foresee the next one.
CK_INLINE void touch_row(ck_rows *source) {
  if (!source->next) return;
  for (size_t i = 0; i < source->row_bytes; i += 64)
    __builtin_prefetch(source->next + source->part * source->row_bytes + i, 0, 2);
  if (++source->part < source->parts) return;
  source->part = 0;
  source->next += source->next_stride;
}

void ck_touch_rows(ck_rows *source, size_t count) {
  for (size_t row = 0; row < count; row++) touch_row(source);
}

static void widen(const uint16_t *x, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(&out[i], &bits, 4);
  }
}

// One row of keys or values that are stored as floats or bf16, in the form of the tiles.
static void pack_stored_row(const ck_attention_form *form, const ck_rows *source, size_t row,
                            float *out) {
  size_t d = form->head_dimension;
  const uint16_t *halves = (const uint16_t *)source->rows + row * source->stride;
  if (source->stored == CK_F32) {
    ck_pack_row(form, (const float *)source->rows + row * source->stride, out);
  } else if (form->dot) {
    ((uint16_t *)out)[d] = 0;
    memcpy(out, halves, 2 * d);
  } else {
    widen(halves, d, out);
  }
}

void ck_load_keys(const ck_attention_form *form, ck_rows source, float *out, float *spare) {
  size_t d = form->head_dimension, stride = source.stride;
  int floats = form->dot && source.stored == CK_F32 && source.count % 16 == 0 && d % 32 == 0;
  int pairs = form->dot && source.stored == CK_BF16 && d % 2 == 0 &&
              stride % 2 == 0;  // they lie there already
  for (size_t key = 0; key < source.count; key += 16) {
    size_t count = ck_min(16, source.count - key);
    uint32_t *columns = (uint32_t *)out + key;
    ck_touch_rows(&source, count);
    if (floats) {
      form->kernels->transpose_bf16((const float *)source.rows + key * stride, stride, count, d,
                                    columns, CK_KEYS);
    } else if (pairs) {
      form->kernels->transpose((const uint32_t *)source.rows + key * stride / 2, stride / 2, count,
                               form->steps, columns, CK_KEYS);
    } else {
      for (size_t k = 0; k < count; k++)
        pack_stored_row(form, &source, key + k, spare + k * form->value_columns);
      form->kernels->transpose((const uint32_t *)spare, form->value_columns, count, form->steps,
                               columns, CK_KEYS);
    }
  }
}

void ck_load_values(const ck_attention_form *form, ck_rows source, float *out) {
  size_t d = form->head_dimension, columns = form->value_columns;
  if (!form->dot) {
    for (size_t key = 0; key < source.count; key++) {
      touch_row(&source);
      pack_stored_row(form, &source, key, out + key * columns);
      memset(out + key * columns + d, 0, 4 * (columns - d));
    }
    return;
  }
  for (size_t key = 0; key < source.count; key += 2) {
    int paired = key + 1 < source.count;
    uint32_t *pairs = (uint32_t *)out + key / 2 * columns;
    ck_touch_rows(&source, 2);
    if (source.stored == CK_F32) {
      const float *even = (const float *)source.rows + key * source.stride;
      form->kernels->pair_bf16(even, paired ? even + source.stride : NULL, d, pairs);
    } else {
      const uint16_t *even = (const uint16_t *)source.rows + key * source.stride;
      form->kernels->pair_halves(even, paired ? even + source.stride : NULL, d, pairs);
    }
  }
}

uint64_t ck_tile_masks(const ck_attention_call *call, size_t first_query, size_t queries,
                       size_t group, size_t first_key, uint64_t *masks) {
  size_t segments = call->segment_count, tile_end = ck_min(first_key + CK_KEYS, call->key_count);
  const int32_t *counts = call->counts + first_query * segments;
  memset(masks, 0, queries * group * sizeof *masks);
  uint64_t any = 0;
  for (size_t segment = 0; segment < segments; segment++) {
    size_t start = call->segment_starts[segment];
    if (start >= tile_end) continue;
    size_t low = start > first_key ? start - first_key : 0;
    for (size_t q = 0; q < queries; q++) {
      size_t end =
          start + (size_t)(counts[q * segments + segment] > 0 ? counts[q * segments + segment] : 0);
      if (end <= first_key + low) continue;
      size_t high = ck_min(end, tile_end) - first_key;
      uint64_t mask = ~(uint64_t)0 >> (CK_KEYS - (high - low)) << low;
      for (size_t h = 0; h < group; h++) masks[q * group + h] |= mask;
      any |= mask;
    }
  }
  for (size_t q = 0; call->own && q < queries; q++) {
    int32_t own = call->own[first_query + q];
    if (own < 0 || (size_t)own < first_key || (size_t)own >= tile_end) continue;
    uint64_t mask = (uint64_t)1 << ((size_t)own - first_key);
    for (size_t h = 0; h < group; h++) masks[q * group + h] |= mask;
    any |= mask;
  }
  return any;
}
