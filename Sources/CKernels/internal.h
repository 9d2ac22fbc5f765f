#ifndef CK_INTERNAL_H
#define CK_INTERNAL_H

#include "include/CKernels.h"

// Weights lie in panels of 48 outputs: three vectors of 16 floats. The last panel is 16, 32 or 48
// wide.
enum {
  CK_PANEL = 48,
  CK_VECTOR = 16,
  CK_TILE_ROWS = 8,
  CK_KEYS = 64,
  CK_SPAN_KEYS = 640,
  CK_GROUP = 1024
};
// How a tile finds its rows of a. Interleaved: [steps][8 rows], one sequential stream; eight
// streams, one for each row, cost up to a tenth of the rate, since each must be foreseen by the
// processor. Otherwise rows lie a_stride words apart: the most steps that our scratch holds, 640,
// and a line, so that they do not fall on the same cache lines. Kernels have a version with that
// distance as a constant, since address arithmetic takes issue slots from multiply-adds.
enum { CK_INTERLEAVED = 0, CK_LEFT_STEPS = 656, CK_LEFT_QUADS = 272 };

#define CK_AVX2_TARGET __attribute__((target("avx2,fma,f16c")))
#define CK_AVX512_TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c")))
#define CK_BF16_TARGET \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c,avx512bf16")))
#define CK_VNNI_TARGET \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c,avx512vnni")))
#define CK_INLINE static inline __attribute__((always_inline))

// One register tile: c[r][n] (+)= sum over steps of a[r][s] * b[s][n], folded in ascending order of
// s, with one accumulator per element that starts from c (accumulate) or 0. That fold is what makes
// a row's bits independent of the tile it is computed in, so every implementation must keep it.
// Strides count 4-byte words; a_stride may be CK_INTERLEAVED. A step is one word of a and one of b
// per column: one float, or two bf16 (see kernels). rows <= 8; columns is 16, 32 or 48. `ahead` is
// memory that the caller reads next (one line is touched per 8 steps), or NULL.
typedef void ck_tile(size_t rows, size_t columns, size_t steps, const void *a, size_t a_stride,
                     const void *b, size_t b_stride, float *c, size_t c_stride, int accumulate,
                     const void *ahead);
// Rows whose largest value lies below count as zeros when they become bytes: 127 / max|x| would be
// infinite, and infinity times the row's zeros no number.
#define CK_LEAST_PEAK 1e-36f

// The int8 tile: c[r][n] (+)= (sum of u8 a * s8 b - offset[n]) * a_scale[r] * b_scale[n]. A step is
// four bytes.
typedef void ck_tile_int8(size_t rows, size_t columns, size_t steps, const void *a, size_t a_stride,
                          const void *b, const float *a_scale, const float *b_scale,
                          const int32_t *offset, float *c, size_t c_stride, int accumulate,
                          const void *ahead);

// A BLAS (blas.c) and the shape of the products that it is asked for (linear_blas.c).
enum {
  CK_COLUMN_MAJOR = 102,
  CK_TRANSPOSED = 112,
  CK_BLAS_ROWS = 16,
  CK_BLAS_COLUMNS = 8 * CK_PANEL,
  CK_BLAS_INPUTS = 512
};
typedef void ck_sgemm(int order, int transpose_a, int transpose_b, int rows, int columns,
                      int inputs, float alpha, const float *a, int a_stride, const float *b,
                      int b_stride, float beta, float *c, int c_stride);
typedef struct {
  ck_sgemm *sgemm;
  size_t rows;  // of a product, in which a row has the same bits at every place: CK_BLAS_ROWS, or 1
                // where that is not so
  int rows_agree;  // the same in products of more rows
  char name[80];   // version and core: what its bits depend on
} ck_blas;
// NULL where there is none.
const ck_blas *ck_blas_library(void);

// Scores of one row against `tiles` tiles of 64 keys -> exp(scale * score - largest) where the
// masks, mask_stride apart, have a bit, else 0; tiles without a bit are left as they are. Updates
// the running maximum; returns the sum of the exponentials. *correction is the factor on what was
// summed before.
typedef float ck_softmax(float *scores, const uint64_t *masks, size_t mask_stride, size_t tiles,
                         float scale, float *largest, float *correction);

struct ck_amx;
typedef struct ck_kernels {
  ck_isa isa;                // as asked for
  ck_isa vectors;            // what everything but tiles is computed with
  const struct ck_amx *amx;  // NULL, or products with tiles (amx.h), which take the place of `bf16`
  const ck_blas *blas;  // NULL, or what multiplies floats and bf16 weights in place of the tiles
  ck_tile *f32;         // a and b floats
  ck_tile *bf16_f32;    // a pairs of floats (a step reads two words of a, rows apart only), b pairs
                        // of bf16
  ck_tile *bf16;        // a and b pairs of bf16; NULL where the machine has no such instruction
  ck_tile_int8 *int8;
  void (*widen_bf16)(const uint32_t *pairs, size_t steps, size_t columns,
                     float *out);  // [steps][columns][2] -> [2 steps][columns]
  void (*to_bf16)(const float *x, size_t count, uint16_t *out);
  // u = round(x / scale) + 128 with scale = max|x| / 127; the rest up to a multiple of 4 is 128.
  // All are 128 where max|x| < CK_LEAST_PEAK. Returns the scale.
  float (*quantise)(const float *x, size_t count, uint8_t *out);
  // Transposes 4-byte words: out[column][row], out_stride words between columns.
  void (*transpose)(const uint32_t *in, size_t in_stride, size_t rows, size_t columns,
                    uint32_t *out, size_t out_stride);
  // 8 rows of floats, stride apart -> [count / 2][8] pairs of bf16; count is a multiple of 32.
  // Meanwhile the 8 rows at `next` are asked for. NULL where the machine has no such instruction.
  void (*interleave_bf16)(const float *x, size_t stride, size_t count, const float *next,
                          uint32_t *out);
  // 8 rows of floats -> what quantise gives, [count / 4][8] words, and their scales; count is a
  // multiple of 64. NULL likewise.
  void (*interleave_int8)(const float *x, size_t stride, size_t count, const float *next,
                          float *scales, uint32_t *out);
  // Rows of floats -> out[pair of columns][row], pairs of bf16; rows is a multiple of 16, count
  // of 32. NULL where the machine has no such instruction.
  void (*transpose_bf16)(const float *x, size_t stride, size_t rows, size_t count, uint32_t *out,
                         size_t out_stride);
  // Two rows of floats (the second may be NULL: zeros) -> pairs of bf16, the first row low; zeros
  // up to a multiple of 16. NULL where the machine has no such instruction.
  void (*pair_bf16)(const float *even, const float *odd, size_t count, uint32_t *out);
  // The same of rows that are bf16 already.
  void (*pair_halves)(const uint16_t *even, const uint16_t *odd, size_t count, uint32_t *out);
  // The two products of attention for one row and keys and values where they lie, in the tile's
  // order: a row alone is not worth moving them for. scores[16] += 16 steps of query[step * 8] with
  // 16 keys, stride words apart; out[count] += weights of pairs of values, stride apart, count a
  // multiple of 32. NULL where the machine has no such instruction.
  void (*score_keys)(const uint32_t *keys, size_t stride, const uint32_t *query, float *scores);
  void (*mix_values)(const uint16_t *values, size_t stride, size_t pairs, const uint32_t *weights,
                     size_t count, float *out);
  ck_softmax *softmax;
  ck_softmax *softmax_bf16;  // leaves bf16, from the start of the row of scores on; NULL where the
                             // machine has no such instruction
  void (*rms_norm)(const float *x, size_t n, const float *weight, float epsilon, float *y);
  void (*layer_norm)(const float *x, size_t n, const float *weight, const float *bias,
                     float epsilon, float *y);
  void (*activate)(ck_activation activation, const float *x, size_t n, float *y);
  void (*silu_gate)(const float *gate, const float *up, size_t n, float *y);
  void (*add)(const float *x, const float *y, size_t n, float *sum);
  void (*scale)(const float *x, size_t n, float factor, float *y);
  void (*rotate)(float *first, float *second, size_t n, const float *cosines, const float *sines);
} ck_kernels;

void ck_fill_portable(ck_kernels *kernels);
void ck_fill_avx2(ck_kernels *kernels);
void ck_fill_avx512(ck_kernels *kernels);
void ck_fill_bf16(ck_kernels *kernels);
void ck_fill_vnni(ck_kernels *kernels);
void ck_fill_rows_portable(ck_kernels *kernels);
void ck_fill_rows_avx2(ck_kernels *kernels);
void ck_fill_rows_avx512(ck_kernels *kernels);
void ck_fill_conversions_avx2(ck_kernels *kernels);
void ck_fill_conversions_avx512(ck_kernels *kernels);
void ck_fill_pairs_bf16(ck_kernels *kernels);
void ck_fill_softmax_avx512(ck_kernels *kernels);
void ck_fill_softmax_bf16(ck_kernels *kernels);
ck_kernels ck_kernels_for(ck_isa isa);
// The fastest set without tiles, which asks nobody for permission.
ck_isa ck_best_vectors(void);
// A team without a look at what the machine can run.
ck_team *ck_team_create_unchecked(size_t threads, ck_isa isa);

struct ck_weights {
  size_t outputs, inputs, columns;  // columns: outputs rounded up to a vector
  size_t steps;  // of the whole inner dimension; a step is 1 float, 2 bf16 or 4 bytes
  size_t bytes;
  ck_type storage;
  uint32_t *words;   // panel after panel, each [steps][panel columns] words
  float *scales;     // int8: [group][columns]
  int32_t *offsets;  // int8: [group][columns], 128 * sum of the group's weights
};

// Fills in what follows from the shape; no memory. Returns 0, or -1 where there is no such form.
int ck_weights_shape(ck_weights *weights, size_t outputs, size_t inputs, ck_type storage);

// Runs task(context, index, worker) for index 0 ..< count; worker < the team's thread count.
// Returns when all are done.
typedef void ck_task(void *context, size_t index, size_t worker);

// The right to use the team's threads and scratch. Where another caller has it, the work runs on
// the caller alone.
typedef struct {
  ck_team *team;
  size_t threads;
  size_t bytes_per_thread;
  char *shared, *scratch;  // scratch: bytes_per_thread for each thread
  void *memory;
  int owner;
} ck_session;
// 64-byte aligned scratch: some for all, some for each thread. Returns 0, or -1 where memory is
// refused.
int ck_enter(ck_team *team, size_t shared_bytes, size_t bytes_per_thread, ck_session *session);
size_t ck_team_threads(const ck_team *team);
void ck_leave(ck_session *session);
void ck_parallel(ck_session *session, size_t count, ck_task *task, void *context);

// How attention.c keeps the operands of its tiles (attention_pack.c).
typedef struct {
  const ck_kernels *kernels;
  size_t head_dimension;
  size_t steps;          // of a score: a float of the head dimension, or two bf16
  size_t value_columns;  // head dimension rounded up to a vector
  int dot;               // operands are rounded to bf16 and multiplied as such
} ck_attention_form;
// One row in the form of the tiles; `out` takes value_columns words and one more.
void ck_pack_row(const ck_attention_form *form, const float *x, float *out);
// A head's part of the keys or values of a tile, and what is asked for meanwhile, row by row.
typedef struct {
  const void *rows;
  ck_type stored;
  size_t stride, count, row_bytes;
  const char *next;                 // or NULL
  size_t next_stride, part, parts;  // next is `parts` parts of row_bytes wide; `part` comes first
} ck_rows;
// Heads are counted through all batches.
ck_rows ck_tile_source(const ck_attention_call *call, const void *x, size_t head, size_t tile);
// The same tile of the next head.
void ck_ask_for_next_head(const ck_attention_call *call, size_t head, ck_rows *source);
// The next tile, where neighbouring `heads` go through it together; this is the one at `place`.
void ck_ask_for_next_tile(const ck_attention_call *call, size_t heads, size_t place, size_t tile,
                          ck_rows *source);
// Asks for as much of it as `count` rows are.
void ck_touch_rows(ck_rows *source, size_t count);
// -> [steps][64]; columns without a key keep whatever was there. `spare` takes 64 rows and one
// word. Stored as bf16, keys and values give the bits that their floats would give.
void ck_load_keys(const ck_attention_form *form, ck_rows source, float *out, float *spare);
// -> [64 or 32 pairs][value_columns]
void ck_load_values(const ck_attention_form *form, ck_rows source, float *out);
// Which of the 64 keys from `first_key` on each query sees, once for each of `group` rows. Returns
// the union.
uint64_t ck_tile_masks(const ck_attention_call *call, size_t first_query, size_t queries,
                       size_t group, size_t first_key, uint64_t *masks);
int ck_attention_eager(ck_team *team, const ck_attention_call *call);
int ck_linear_blas(ck_team *team, const ck_linear_call *calls, size_t count);
const ck_kernels *ck_team_kernels(const ck_team *team);
// A parallel loop for operators without scratch; rows are shared out in blocks of about `grain`.
void ck_parallel_rows(ck_team *team, size_t rows, size_t grain,
                      void (*body)(void *context, size_t first, size_t count), void *context);

CK_INLINE size_t ck_min(size_t a, size_t b) { return a < b ? a : b; }
// The distance in words of two rows and of two steps of a tile's a.
CK_INLINE size_t ck_left_row(size_t a_stride) { return a_stride == CK_INTERLEAVED ? 1 : a_stride; }
CK_INLINE size_t ck_left_step(size_t a_stride) {
  return a_stride == CK_INTERLEAVED ? CK_TILE_ROWS : 1;
}
CK_INLINE size_t ck_round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }
CK_INLINE size_t ck_divide_up(size_t value, size_t unit) { return (value + unit - 1) / unit; }
// To the nearest whole number, ties to even, for |x| < 2^22: 1.5 * 2^23 leaves no bit for a
// fraction.
CK_INLINE float ck_nearest(float x) { return (x + 12582912.0f) - 12582912.0f; }
CK_INLINE uint16_t ck_bf16_bits(uint32_t bits) {  // round to nearest even; NaN stays NaN
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
