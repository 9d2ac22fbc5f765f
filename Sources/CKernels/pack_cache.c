#include <stdlib.h>
#include <string.h>

#include "internal.h"

// Packed weights as one block of memory (an image), which may lie in a mapped file:
//   words | scales | offsets      each from a multiple of 64 bytes on; the last two for int8 only
// An image is what pack.c made, byte for byte. Whether another program packs alike shows in its
// fingerprint, which is the checksum of an image of fixed weights: nobody has to remember to count
// up a version when the layout changes.

enum { LINE = 64 };

typedef struct {
  size_t words, scales, offsets, bytes;  // where each part begins, and the whole
  size_t groups;
} image_layout;

// Returns 0, or -1 where a size overflows.
static int lay_out(const ck_weights *shape, image_layout *layout) {
  memset(layout, 0, sizeof *layout);
  layout->groups = shape->storage == CK_INT8 ? ck_divide_up(shape->inputs, CK_GROUP) : 0;
  size_t word_bytes, scale_bytes;
  if (__builtin_mul_overflow(shape->columns * 4, shape->steps, &word_bytes) ||
      word_bytes > SIZE_MAX / 4)
    return -1;
  if (__builtin_mul_overflow(shape->columns * 4, layout->groups, &scale_bytes) ||
      scale_bytes > SIZE_MAX / 8)
    return -1;
  layout->scales = ck_round_up(word_bytes, LINE);
  layout->offsets = layout->scales + ck_round_up(scale_bytes, LINE);
  layout->bytes = layout->offsets + ck_round_up(scale_bytes, LINE);
  return 0;
}

size_t ck_weights_image_bytes(size_t outputs, size_t inputs, ck_type storage) {
  ck_weights shape;
  image_layout layout;
  return ck_weights_shape(&shape, outputs, inputs, storage) != 0 || lay_out(&shape, &layout) != 0
             ? 0
             : layout.bytes;
}

size_t ck_weights_image_parts(const ck_weights *weights, ck_part parts[3]) {
  image_layout layout;
  if (lay_out(weights, &layout) != 0) return 0;
  parts[0] = (ck_part){weights->words, weights->columns * weights->steps * 4, layout.words};
  if (!layout.groups) return 1;
  parts[1] = (ck_part){weights->scales, weights->columns * layout.groups * 4, layout.scales};
  parts[2] = (ck_part){weights->offsets, weights->columns * layout.groups * 4, layout.offsets};
  return 3;
}

ck_weights *ck_weights_over_image(size_t outputs, size_t inputs, ck_type storage, const void *image,
                                  size_t bytes) {
  ck_weights shape;
  image_layout layout;
  if (ck_weights_shape(&shape, outputs, inputs, storage) != 0 || lay_out(&shape, &layout) != 0)
    return NULL;
  if (bytes != layout.bytes || (uintptr_t)image % LINE) return NULL;
  ck_weights *weights = malloc(sizeof *weights);
  if (!weights) return NULL;
  *weights = shape;
  // The kernels read packed weights only; the pointers are not const because packing writes through
  // them.
  char *start = (char *)(uintptr_t)image;
  weights->words = (uint32_t *)(start + layout.words);
  if (layout.groups) {
    weights->scales = (float *)(start + layout.scales);
    weights->offsets = (int32_t *)(start + layout.offsets);
  }
  weights->bytes = shape.columns * 4 * (shape.steps + 2 * layout.groups);
  return weights;
}

void ck_weights_leave_image(ck_weights *weights) { free(weights); }

// The sum is of blocks of 1 MiB, each with its number, so that threads can share them out. Inside a
// block eight lanes of 64 bits are multiplied and folded independently: a multiplication a cycle, 8
// bytes each, which is faster than memory. An odd multiplier makes every step invertible, so that a
// changed bit cannot be lost on the way.
enum { BLOCK = 1 << 20 };
static const uint64_t ODD = 0x9e3779b97f4a7c15u;

static uint64_t mixed(uint64_t x) {
  x = (x ^ x >> 32) * ODD;
  return (x ^ x >> 29) * ODD;
}

static uint64_t block_sum(const char *bytes, size_t count, uint64_t number) {
  uint64_t lanes[8], words[8];
  for (int i = 0; i < 8; i++) lanes[i] = mixed(number * 8 + (uint64_t)i + count);
  size_t done = 0;
  for (; done + 64 <= count; done += 64) {
    memcpy(words, bytes + done, 64);
    for (int i = 0; i < 8; i++) lanes[i] = ((lanes[i] ^ words[i]) * ODD) ^ (lanes[i] >> 31);
  }
  memset(words, 0, sizeof words);
  memcpy(words, bytes + done, count - done);
  uint64_t sum = count;
  for (int i = 0; i < 8; i++) sum = mixed(sum ^ mixed(lanes[i] ^ words[i]));
  return sum;
}

typedef struct {
  const char *bytes;
  size_t count;
  uint64_t sum;
} checksum_call;

static void checksum_blocks(void *context, size_t first, size_t count) {
  checksum_call *call = context;
  for (size_t block = first; block < first + count; block++) {
    size_t start = block * BLOCK;
    // A sum of the blocks' sums does not depend on the order in which threads add.
    __atomic_fetch_add(&call->sum,
                       block_sum(call->bytes + start, ck_min(BLOCK, call->count - start), block),
                       __ATOMIC_RELAXED);
  }
}

uint64_t ck_checksum(ck_team *team, const void *bytes, size_t count) {
  checksum_call call = {bytes, count, count};
  size_t blocks = ck_divide_up(count, BLOCK);
  if (team)
    ck_parallel_rows(team, blocks, 1, checksum_blocks, &call);
  else if (blocks)
    checksum_blocks(&call, 0, blocks);
  return mixed(call.sum);
}

uint64_t ck_layout_fingerprint(ck_type storage) {
  enum {
    OUTPUTS = 2 * CK_PANEL + 5,
    INPUTS = CK_GROUP + 7
  };  // full and partial panels, groups and steps
  ck_weights *weights = ck_weights_create(OUTPUTS, INPUTS, storage);
  if (!weights) return 0;
  float row[INPUTS];
  uint64_t state = 1;
  for (size_t output = 0; output < OUTPUTS; output++) {
    for (size_t i = 0; i < INPUTS; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      row[i] = (float)(int32_t)(state >> 40) * 0x1p-23f - 1.0f;
    }
    ck_weights_pack(NULL, weights, output, 1, row, CK_F32);
  }
  ck_part parts[3];
  size_t count = ck_weights_image_parts(weights, parts);
  uint64_t sum = mixed(storage + 1);
  for (size_t i = 0; i < count; i++)
    sum = mixed(sum ^ ck_checksum(NULL, parts[i].start, parts[i].bytes) ^ parts[i].place);
  ck_weights_destroy(weights);
  return sum;
}
