#include <stdlib.h>
#include <string.h>

#include "internal.h"

// The kernels' weight layout: panels of 48 outputs, so that a tile reads one sequential stream.
//   f32   [panel][input][48]            one word per step
//   bf16  [panel][input / 2][48][2]     two inputs per word, the even one low
//   int8  [panel][input / 4][48][4]     four inputs per word; scales per output and 1024 inputs
// Inputs are padded with zeros to a whole step, outputs to a multiple of 16 (the last panel is 16,
// 32 or 48 wide).

static size_t inputs_per_step(ck_type storage) {
  return storage == CK_F32 ? 1 : storage == CK_BF16 ? 2 : 4;
}

int ck_weights_shape(ck_weights *weights, size_t outputs, size_t inputs, ck_type storage) {
  memset(weights, 0, sizeof *weights);
  if (storage == CK_F16 || inputs > SIZE_MAX / 64 || outputs > SIZE_MAX / 64) return -1;
  weights->outputs = outputs;
  weights->inputs = inputs;
  weights->storage = storage;
  weights->columns = ck_round_up(outputs, CK_VECTOR);
  weights->steps = ck_divide_up(inputs, inputs_per_step(storage));
  return 0;
}

ck_weights *ck_weights_create(size_t outputs, size_t inputs, ck_type storage) {
  ck_weights *weights = malloc(sizeof *weights);
  if (!weights) return NULL;
  if (ck_weights_shape(weights, outputs, inputs, storage) != 0) {
    free(weights);
    return NULL;
  }
  size_t bytes;
  int refused =
      __builtin_mul_overflow(weights->columns * 4, weights->steps, &bytes) || bytes > SIZE_MAX / 2;
  const size_t page = 2u << 20;
  if (!refused && bytes) {
    void *memory = NULL;
    refused = posix_memalign(&memory, bytes >= page ? page : 64, bytes) != 0;
    weights->words = memory;
    if (!refused) {
      ck_advise_large_pages(memory, bytes);
      if (weights->columns != outputs || inputs % inputs_per_step(storage))
        memset(memory, 0, bytes);
    }
  }
  weights->bytes = bytes;
  if (!refused && storage == CK_INT8) {
    size_t count = ck_divide_up(inputs, CK_GROUP) * weights->columns;
    weights->scales = calloc(count + 1, sizeof *weights->scales);
    weights->offsets = calloc(count + 1, sizeof *weights->offsets);
    refused = !weights->scales || !weights->offsets;
    weights->bytes += count * 8;
  }
  if (refused) {
    ck_weights_destroy(weights);
    return NULL;
  }
  return weights;
}

void ck_weights_destroy(ck_weights *weights) {
  if (!weights) return;
  free(weights->words);
  free(weights->scales);
  free(weights->offsets);
  free(weights);
}

size_t ck_weights_bytes(const ck_weights *weights) { return weights->bytes; }

// A half of 16 bits as a float: the exponent is moved by a multiplication, which makes subnormal
// halves normal and is exact.
CK_INLINE float f16_float(uint16_t half) {
  uint32_t bits = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
  float value;
  memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  uint32_t scaled;
  memcpy(&scaled, &value, 4);
  scaled = (half & 0x7c00) == 0x7c00 ? 0x7f800000 | bits
                                     : scaled;  // infinity and NaN, with its fraction
  scaled |= sign;
  memcpy(&value, &scaled, 4);
  return value;
}

// `count` elements from `index` on, as floats. At most CK_GROUP.
static void load_floats(const void *source, ck_type type, size_t index, size_t count, float *out) {
  const char *bytes = source;
  uint16_t halves[CK_GROUP];
  if (type == CK_F32) {
    memcpy(out, bytes + 4 * index, 4 * count);
    return;
  }
  memcpy(halves, bytes + 2 * index, 2 * count);
  if (type == CK_BF16) {
    for (size_t i = 0; i < count; i++) {
      uint32_t bits = (uint32_t)halves[i] << 16;
      memcpy(&out[i], &bits, 4);
    }
  } else {
    for (size_t i = 0; i < count; i++) out[i] = f16_float(halves[i]);
  }
}

// Quantises one group of one output; writes its scale and offset. The kernel that quantises
// activations gives u8 with 128 for zero; without the 128 they are the s8 that weights need.
static void quantise_group(ck_weights *weights, const ck_kernels *kernels, size_t group,
                           size_t column, const float *values, size_t count, int8_t *out) {
  weights->scales[group * weights->columns + column] =
      kernels->quantise(values, count, (uint8_t *)out);
  int32_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    out[i] = (int8_t)((uint8_t)out[i] ^ 0x80);
    sum += out[i];
  }
  for (size_t i = count; i % 4; i++) out[i] = 0;
  weights->offsets[group * weights->columns + column] = 128 * sum;
}

enum { CHUNK = 64 };  // inputs; int8 takes a group
// The rows of a panel's chunk in the form of the weights, before they are turned.
typedef union {
  float floats[CK_PANEL][CHUNK];
  uint16_t halves[CK_PANEL][CHUNK];
  int8_t bytes[CK_PANEL][CK_GROUP];
  uint32_t words[CK_PANEL * CK_GROUP / 4];
} packed_rows;

// One row's chunk; zeros up to a whole step.
static void load_row(ck_weights *weights, const ck_kernels *kernels, const void *rows,
                     ck_type source, size_t index, size_t output, size_t input, size_t length,
                     size_t row, packed_rows *packed) {
  float values[CK_GROUP];
  if (weights->storage == CK_F32) {
    load_floats(rows, source, index, length, packed->floats[row]);
    return;
  }
  if (weights->storage == CK_INT8) {
    load_floats(rows, source, index, length, values);
    quantise_group(weights, kernels, input / CK_GROUP, output, values, length, packed->bytes[row]);
    return;
  }
  uint16_t *halves = packed->halves[row];
  if (length % 2) halves[length] = 0;
  if (source == CK_BF16) {
    memcpy(halves, (const char *)rows + 2 * index, 2 * length);
    return;
  }
  load_floats(rows, source, index, length, values);
  for (size_t i = 0; i < length; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], 4);
    halves[i] = ck_bf16_bits(bits);
  }
}

// Rows are packed in chunks of inputs small enough that the 48 strided destinations of a panel stay
// in the first cache.
static void pack_rows(ck_weights *weights, size_t first, size_t count, const void *rows,
                      ck_type source) {
  const size_t unit = inputs_per_step(weights->storage);
  const size_t chunk = weights->storage == CK_INT8 ? CK_GROUP : CHUNK;
  const ck_kernels kernels = ck_kernels_for(ck_best_vectors());
  const int in_place = weights->storage == CK_BF16 && source == CK_BF16 &&
                       weights->inputs % 2 == 0 && (uintptr_t)rows % 4 == 0;
  packed_rows packed;
  for (size_t row = 0; row < count;) {
    size_t output = first + row, panel = output / CK_PANEL;
    size_t width = ck_min(CK_PANEL, weights->columns - panel * CK_PANEL);
    size_t here = ck_min(count - row, (panel + 1) * CK_PANEL - output);
    uint32_t *base = weights->words + panel * CK_PANEL * weights->steps + output % CK_PANEL;
    for (size_t input = 0; input < weights->inputs; input += chunk) {
      size_t length = ck_min(chunk, weights->inputs - input), steps = ck_divide_up(length, unit);
      const uint32_t *words = (const uint32_t *)rows + (row * weights->inputs + input) / 2;
      size_t apart = weights->inputs / 2;
      if (!in_place) {
        words = packed.words;
        apart = chunk / unit;
        for (size_t r = 0; r < here; r++)
          load_row(weights, &kernels, rows, source, (row + r) * weights->inputs + input, output + r,
                   input, length, r, &packed);
      }
      kernels.transpose(words, apart, here, steps, base + input / unit * width, width);
    }
    row += here;
  }
}

typedef struct {
  ck_weights *weights;
  size_t first;
  const void *rows;
  ck_type source;
} pack_call;

static void pack_block(void *context, size_t first, size_t count) {
  pack_call *call = context;
  size_t row_bytes = call->weights->inputs * (call->source == CK_F32 ? 4 : 2);
  pack_rows(call->weights, call->first + first, count, (const char *)call->rows + first * row_bytes,
            call->source);
}

void ck_weights_pack(ck_team *team, ck_weights *weights, size_t first, size_t count,
                     const void *rows, ck_type source) {
  pack_call call = {weights, first, rows, source};
  if (team)
    ck_parallel_rows(team, count, CK_PANEL, pack_block, &call);
  else if (count)
    pack_block(&call, 0, count);
}

void ck_weights_unpack(const ck_weights *weights, size_t first, size_t count, float *rows) {
  const size_t unit = inputs_per_step(weights->storage);
  for (size_t r = 0; r < count; r++) {
    size_t output = first + r, panel = output / CK_PANEL;
    size_t width = ck_min(CK_PANEL, weights->columns - panel * CK_PANEL);
    const uint32_t *base = weights->words + panel * CK_PANEL * weights->steps + output % CK_PANEL;
    for (size_t input = 0; input < weights->inputs; input++) {
      uint32_t word = base[input / unit * width];
      float value;
      if (weights->storage == CK_INT8) {
        value = (float)(int8_t)(word >> 8 * (input % 4)) *
                weights->scales[input / CK_GROUP * weights->columns + output];
      } else {
        if (weights->storage == CK_BF16) word = input % 2 ? word & 0xffff0000u : word << 16;
        memcpy(&value, &word, 4);
      }
      rows[r * weights->inputs + input] = value;
    }
  }
}
