#include <string.h>

#include "internal.h"

// The operands of attention's tiles. Scores fold over the head dimension, so keys are transposed: [steps][64 keys]. Outputs fold
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

void ck_pack_keys(const ck_attention_form *form, const float *rows, size_t stride, size_t count, float *out, float *spare) {
  if (form->dot) {
    for (size_t key = 0; key < count; key++) ck_pack_row(form, rows + key * stride, spare + key * form->value_columns);
    rows = spare;
    stride = form->value_columns;
  }
  form->kernels->transpose((const uint32_t *)rows, stride, count, form->steps, (uint32_t *)out, CK_KEYS);
}

void ck_pack_values(const ck_attention_form *form, const float *rows, size_t stride, size_t count, float *out, float *spare) {
  size_t d = form->head_dimension, columns = form->value_columns;
  if (!form->dot) {
    for (size_t key = 0; key < count; key++) {
      memcpy(out + key * columns, rows + key * stride, 4 * d);
      memset(out + key * columns + d, 0, 4 * (columns - d));
    }
    return;
  }
  uint16_t *even = (uint16_t *)spare, *odd = even + columns;
  memset(even, 0, 4 * columns);
  for (size_t key = 0; key < count; key += 2) {
    form->kernels->to_bf16(rows + key * stride, d, even);
    if (key + 1 < count) form->kernels->to_bf16(rows + (key + 1) * stride, d, odd);
    else memset(odd, 0, 2 * columns);
    uint32_t *pairs = (uint32_t *)out + key / 2 * columns;
    for (size_t i = 0; i < columns; i++) pairs[i] = (uint32_t)odd[i] << 16 | even[i];
  }
}
