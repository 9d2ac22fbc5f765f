#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The operators of a transformer on the CPU. Matrices are row-major floats; rows are tokens.
//
// Every operator gives a row the same bits whatever the number of threads and whatever other rows
// are in the call: each output element is one fold in a fixed order, and threads only share out
// which elements they compute.

// Instruction sets, in ascending order up to CK_AMX. A machine that can run one can run those
// before it. CK_AS_AMX gives the bits of CK_AMX by multiply-adds of AVX-512 or AVX2;
// CK_AMX_EMULATED by the instructions' definition, for tests.
typedef enum {
  CK_PORTABLE = 0,
  CK_AVX2 = 1,
  CK_AVX512 = 2,
  CK_AVX512_BF16 = 3,
  CK_AMX = 4,
  CK_AS_AMX = 5,
  CK_AMX_EMULATED = 6
} ck_isa;
// How weights are stored and multiplied.
typedef enum { CK_F32 = 0, CK_BF16 = 1, CK_INT8 = 2, CK_F16 = 3 } ck_type;
typedef enum { CK_IDENTITY = 0, CK_QUICK_GELU = 1, CK_SILU = 2, CK_GELU = 3 } ck_activation;

int ck_supported(ck_isa isa);
// The fastest set for this machine. Not always the highest: see isa.c.
ck_isa ck_best(void);
// Why a processor with AMX does not use it, or NULL where it does or has none.
const char *ck_amx_refusal(void);

// A fixed team of threads with the kernels of one instruction set.
typedef struct ck_team ck_team;
// NULL where memory or threads are refused. `threads` counts the caller.
ck_team *ck_team_create(size_t threads, ck_isa isa);
void ck_team_destroy(ck_team *team);
// From now on OpenBLAS multiplies where weights are floats or bf16; activations are not rounded
// then. Returns 0, or -1 where the library is not there. Before the first operator only.
int ck_team_use_blas(ck_team *team);
// Version and core of the OpenBLAS that is there ("0.3.21 Zen"), or NULL.
const char *ck_blas_name(void);

// Weights of a linear map in the kernels' layout (pack.c). Read-only once packed.
typedef struct ck_weights ck_weights;
// NULL where the memory is refused or a size overflows.
ck_weights *ck_weights_create(size_t outputs, size_t inputs, ck_type storage);
void ck_weights_destroy(ck_weights *weights);
// Packs `count` rows of `inputs` elements, which become the outputs `first ..< first + count`.
// `source` is CK_F32, CK_F16 or CK_BF16 and needs no alignment. `team` may be NULL.
void ck_weights_pack(ck_team *team, ck_weights *weights, size_t first, size_t count,
                     const void *rows, ck_type source);
size_t ck_weights_bytes(const ck_weights *weights);
// The values that the kernels multiply by, as floats: for tests and for reading rows back.
void ck_weights_unpack(const ck_weights *weights, size_t first, size_t count, float *rows);

// Packed weights as one block of memory, to be kept in a file and mapped (pack_cache.c).
typedef struct {
  const void *start;
  size_t bytes;
  size_t place;  // in the image; what lies between two parts is zero
} ck_part;
// The size of an image of such weights, 0 where there is none.
size_t ck_weights_image_bytes(size_t outputs, size_t inputs, ck_type storage);
// The parts of the image of these weights, in order; returns their number, at most 3.
size_t ck_weights_image_parts(const ck_weights *weights, ck_part parts[3]);
// Weights that are an image: it must begin at a multiple of 64 bytes, and stay until
// ck_weights_leave_image, which takes the place of ck_weights_destroy. NULL where the size is wrong
// or memory is refused.
ck_weights *ck_weights_over_image(size_t outputs, size_t inputs, ck_type storage, const void *image,
                                  size_t bytes);
void ck_weights_leave_image(ck_weights *weights);
// Tells whether bytes have changed by accident. `team` may be NULL; the sum is the same.
uint64_t ck_checksum(ck_team *team, const void *bytes, size_t count);
// Equal where packing gives the same image of the same weights; 0 where memory is refused.
uint64_t ck_layout_fingerprint(ck_type storage);

typedef struct {
  const float *x;  // [rows, inputs]
  size_t rows;
  const ck_weights *weights;  // [outputs, inputs]
  const ck_weights
      *gate;          // NULL, or the same shape and storage: y = silu(x gate^T) * (x weights^T)
  const float *bias;  // NULL or [outputs]
  ck_activation activation;  // applied after the bias
  const float *residual;     // NULL or [rows, outputs], added last; may be y itself
  float *y;                  // [rows, outputs]
  int may_round;  // bf16 weights: x may be rounded to bf16, where the machine multiplies bf16
} ck_linear_call;
// y = residual + activation(x weights^T + bias) for each call; all have the same x, rows, inputs,
// storage and may_round, so that x is converted once. Returns 0, or -1 where scratch memory is
// refused.
int ck_linear(ck_team *team, const ck_linear_call *calls, size_t count);

typedef struct {
  size_t batches;  // sequences that lie one behind the other and see only themselves; 1 for one
  const float *queries;       // [batches, query_count, query_heads * head_dimension]
  const void *keys, *values;  // [batches, key_count, key_heads * head_dimension]
  ck_type stored;             // of keys and values: CK_F32, or CK_BF16 where not eager
  float *output;              // like queries
  size_t query_count, key_count, query_heads, key_heads, head_dimension;
  size_t segment_count;
  const size_t *segment_starts;  // [segment_count]
  const int32_t *counts;  // [query_count, segment_count]: how many keys of each segment a query
                          // sees; the same in all batches
  const int32_t *own;     // NULL or [query_count]: a key that a query sees beside those, or -1
  size_t *score_tiles;    // NULL, or is raised by the tiles of 8 rows by 64 keys that were
                          // multiplied; not where eager
  float scale;
  int may_round;  // operands may be rounded to bf16, where the machine multiplies bf16
  int eager;      // compute and keep every score, hidden ones too: attention_eager.c
} ck_attention_call;
// Softmax attention. Returns 0, or -1 where scratch memory is refused.
int ck_attention(ck_team *team, const ck_attention_call *call);

void ck_rms_norm(ck_team *team, const float *x, size_t rows, size_t columns, const float *weight,
                 float epsilon, float *y);
void ck_layer_norm(ck_team *team, const float *x, size_t rows, size_t columns, const float *weight,
                   const float *bias, float epsilon, float *y);
void ck_activate(ck_team *team, ck_activation activation, float *x, size_t count);
void ck_silu_gate(ck_team *team, const float *gate, const float *up, size_t count, float *y);
void ck_add(ck_team *team, const float *y, size_t count, float *x);
// Half-split rotary embedding in place; cosines and sines are [rows, half].
void ck_rotate(ck_team *team, float *x, size_t rows, size_t columns, size_t half,
               const float *cosines, const float *sines);

// Asks for large pages behind a large block that has not been written yet.
void ck_advise_large_pages(void *start, size_t bytes);
// Lets the C library keep what is freed for the next allocation, large blocks too. Matrices of tens
// of MiB come and go with every operator; the system would clear their pages anew each time, which
// costs up to a tenth of a prefill.
void ck_keep_freed_memory(void);
// Operations per second of the multiply-add instruction that `isa` uses for weights of this type,
// on one thread.
double ck_measure_peak(ck_isa isa, ck_type type, double seconds);
// Bytes per second of a sequential read of `bytes` by the whole team, the best of some passes; 0
// where memory is refused.
double ck_measure_bandwidth(ck_team *team, size_t bytes, int passes);

#endif
