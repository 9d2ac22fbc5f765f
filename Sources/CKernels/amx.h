#ifndef CK_AMX_H
#define CK_AMX_H

#include "internal.h"

// Products as AMX computes them: tiles of 16 rows of 64 bytes. The same source (amx_linear_body.h,
// amx_attention_body.h) is compiled for four forms of the tile instructions:
//   amx_hardware.c     the instructions
//   amx_fma.c          fused multiply-adds of AVX2 that give their bits, subnormals flushed (MXCSR)
//   amx_fma_avx512.c   the same with AVX-512
//   amx_emulated.c     what the instructions are defined to do, element by element: the oracle
//
// The bits. An element of a bf16 product is folded over blocks of 32 inputs in ascending order,
// from +0. In a block the products of the 16 even inputs and those of the 16 odd ones are folded
// apart, each with one fused multiply-add from +0; then the block adds odd + even. Inputs and
// results below 2^-126 count as zeros. The rest of such a task (bias, activations, softmax) runs
// with subnormals flushed as well, so that all forms agree there too. Rows do not meet, so a row's
// bits depend neither on other rows nor on how many there are. VDPBF16PS of AVX-512 folds
// otherwise: never both within one model.
//
// Weights keep the layout of pack.c: a panel [words of 2 bf16 or 4 bytes][48 outputs] is three
// columns of B tiles whose rows lie 192 bytes apart. x is converted once per call into A tiles
// [block of 16 steps][32 rows][step][2 tiles][16 rows][64 bytes].
enum {
  CK_AMX_STEPS = 16,         // of a block: 512 bf16, or a group of 1024 bytes
  CK_AMX_STEP_BYTES = 2048,  // two A tiles
  CK_AMX_PAIR_BYTES = CK_AMX_STEPS * CK_AMX_STEP_BYTES,
  CK_AMX_SUMS = 1024,  // floats of 2 x 2 tiles: [2 tiles of rows][2 of columns][16][16]
  CK_AMX_KEYS = 32,    // of attention's blocks
  CK_AMX_SPAN = 16,    // blocks that a softmax takes together
  // Attention's blocks lie a line more than they need apart: a row's parts 4 KiB apart would share
  // one set of the first cache.
  CK_AMX_SCORE_BLOCK = CK_AMX_SUMS + 16,
  CK_AMX_WEIGHT_BLOCK = 1024 + 32,
};

typedef struct {
  const ck_linear_call *call;
  const ck_kernels *kernels;
  ck_session session;
  int int8;
  size_t unit;           // inputs of a step
  size_t words;          // of the inner dimension: whole steps, and a last one of fewer words
  size_t blocks, pairs;  // of 16 steps; of 32 rows
  size_t tiles;          // of 16 outputs
  size_t row_tasks, column_tasks;
  char *left;          // x
  float *left_scales;  // int8: [block][rows rounded up to 32]
} ck_amx_linear;

// A part of y: pairs of row tiles, tiles of columns.
typedef struct {
  size_t first_pair, last_pair, first_tile, last_tile;
} ck_amx_region;

typedef struct {
  const ck_attention_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t group, head_rows;   // rows of a key head: queries times group
  size_t row_blocks;         // of 32 rows
  size_t steps;              // of a score: 32 dimensions each
  size_t key_blocks;         // of 32 keys
  size_t block_bytes;        // of the keys or the values of a block: 2 KiB for each step
  size_t first_head, heads;  // of this round
  int packed;  // keys and values of the round lie ready: [head][block] keys, then values
  unsigned char *strange;  // [head of the round][block]: a value is no number, so hidden ones must
                           // not meet a 0
} ck_amx_attention;

// A task: 32 rows of a head.
typedef struct {
  const ck_amx_attention *plan;
  size_t head, first_row, rows;
  uint16_t *queries;                // [step][2 tiles][16][32]
  float *output;                    // [32 dimensions][2 x 2 tiles]
  float *scores;                    // [block][CK_AMX_SCORE_BLOCK]
  uint16_t *weights;                // [block][CK_AMX_WEIGHT_BLOCK]: [32 rows][32 keys]
  char *keys, *values;              // of the span: block_bytes for each block
  const unsigned char *strange;     // of the span's blocks
  size_t blocks;                    // of the span
  uint32_t masks[CK_AMX_SPAN][32];  // which keys of a block a row sees
  uint32_t seen[CK_AMX_SPAN];       // any of the rows
  float largest[32], total[32];
} ck_amx_attention_task;

typedef struct ck_amx {
  int int8;  // multiplies bytes as well
  // `count` floats -> the A tiles' row at `out`: 64 bytes for each 32 floats, CK_AMX_STEP_BYTES
  // apart, zeros behind the last.
  void (*round)(const float *x, size_t count, char *out);
  // A region of weights over the whole inner dimension, summed in `sums`; where `last` it is
  // finished and goes to y, after `gate`'s sums of the same places or NULL.
  void (*region)(const ck_amx_linear *plan, const ck_weights *weights, const ck_amx_region *region,
                 float *sums, const float *gate, int last);
  // At most 16 rows of one panel: sums [3 tiles][16][16].
  void (*few_rows)(const ck_amx_linear *plan, const ck_weights *weights, size_t panel, float *sums);
  void (*begin_span)(ck_amx_attention_task *task);  // once a task: empty sums
  void (*span)(ck_amx_attention_task *task);        // scores, softmax, mixture of the span's values
} ck_amx;

extern const ck_amx ck_amx_hardware, ck_amx_fma, ck_amx_fma_avx512, ck_amx_emulated;
// So many products of whole tiles in registers: what the processor can do. Only where CK_AMX is
// supported.
void ck_amx_products(int int8, size_t count);

// What follows a product, from sums of 2 x 2 tiles, or of the first `tiles` columns of each pair.
void ck_amx_finish(const ck_amx_linear *plan, const float *sums, const float *gate, size_t row,
                   size_t rows, size_t tile, size_t tiles);
// The tile of 16 columns `tile` at a step: where its first row lies, and the distance of its rows
// in bytes.
typedef struct {
  const char *start;
  size_t stride;
} ck_amx_right;
CK_INLINE ck_amx_right ck_amx_right_tile(const ck_weights *weights, size_t tile, size_t step) {
  size_t panel = tile / 3, width = ck_min(3, weights->columns / CK_VECTOR - panel * 3);
  const uint32_t *words = weights->words + panel * CK_PANEL * weights->steps +
                          step * 16 * CK_VECTOR * width + tile % 3 * CK_VECTOR;
  return (ck_amx_right){(const char *)words, 4 * CK_VECTOR * width};
}
// The same of the last step where it has fewer than 16 words, in a tile of its own with zeros
// behind them.
CK_INLINE void ck_amx_last_step(const ck_weights *weights, size_t tile, size_t step, size_t words,
                                uint32_t *out) {
  ck_amx_right from = ck_amx_right_tile(weights, tile, step);
  __builtin_memset(out, 0, 1024);
  for (size_t word = 0; word < words; word++)
    __builtin_memcpy(out + word * CK_VECTOR, from.start + word * from.stride, 4 * CK_VECTOR);
}

// The bits of a float rounded to bf16 as VCVTNEPS2BF16 does it: nearest even, subnormals to zero.
CK_INLINE uint16_t ck_amx_bf16(uint32_t bits) {
  return (bits & 0x7f800000) == 0 ? (uint16_t)(bits >> 16 & 0x8000) : ck_bf16_bits(bits);
}

int ck_linear_amx(ck_team *team, const ck_linear_call *calls, size_t count);
int ck_attention_amx(ck_team *team, const ck_attention_call *call);

// Subnormals are flushed from here to ck_amx_leave, on this thread. The functions between must not
// be inlined: compilers do not know that arithmetic depends on it.
unsigned ck_amx_enter(void);
void ck_amx_leave(unsigned before);

#endif
