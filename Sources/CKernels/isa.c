#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "amx.h"
#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

// Which kernels a machine runs. Every set starts from the portable table and replaces what it does
// better.

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}
static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
static int has_bf16(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }
static int has_vnni(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }
static int is_intel(void) {
  __builtin_cpu_init();
  return __builtin_cpu_is("intel");
}
// Tiles, their bf16 and their byte products, in the processor and in the states that the system
// saves (XCR0 bits 17 and 18).
static int has_tiles(void) {
  unsigned a, b, c, d;
  const unsigned wanted = 1u << 22 | 1u << 24 | 1u << 25;
  if (!has_bf16() || !has_vnni() || !__get_cpuid_count(7, 0, &a, &b, &c, &d) ||
      (d & wanted) != wanted)
    return 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 27)) return 0;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (a >> 17 & 3) == 3;
}
// Linux hands out the state of tiles on request, once for a process and all its threads. It refuses
// where a thread has a signal stack too small for it, or where the system call is forbidden.
static int tiles_granted(void) {
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#else
static int has_avx2(void) { return 0; }
static int has_avx512(void) { return 0; }
static int has_bf16(void) { return 0; }
static int is_intel(void) { return 0; }
static int has_tiles(void) { return 0; }
static int tiles_granted(void) { return 0; }
#endif

// A small product of each kind, with both tails, and attention, by a set. Returns the floats, or
// NULL.
static float *small_products(ck_isa isa, size_t *count) {
  enum {
    ROWS = 37,
    OUTPUTS = 85,
    INPUTS = 1100,
    HEAD = 40,
    KEYS = 70,
    LINEAR = ROWS * OUTPUTS,
    ALL = 2 * LINEAR + ROWS * HEAD
  };
  ck_team *team = ck_team_create_unchecked(1, isa);
  float *x = malloc(4 * ROWS * INPUTS), *rows = malloc(4 * OUTPUTS * INPUTS), *y = calloc(ALL, 4);
  int failed = !team || !x || !rows || !y;
  uint32_t state = 1;
  for (size_t i = 0; !failed && i < ROWS * INPUTS; i++)
    x[i] = (float)(int32_t)(state = state * 1664525u + 1013904223u) * 0x1p-31f;
  for (size_t i = 0; !failed && i < OUTPUTS * INPUTS; i++)
    rows[i] = (float)(int32_t)(state = state * 1664525u + 1013904223u) * 0x1p-31f;
  for (int int8 = 0; !failed && int8 < 2; int8++) {
    ck_weights *weights = ck_weights_create(OUTPUTS, INPUTS, int8 ? CK_INT8 : CK_BF16);
    if (!weights) failed = 1;
    if (failed) break;
    ck_weights_pack(NULL, weights, 0, OUTPUTS, rows, CK_F32);
    ck_linear_call call = {
        .x = x, .rows = ROWS, .weights = weights, .y = y + int8 * LINEAR, .may_round = 1};
    failed = ck_linear(team, &call, 1) != 0;
    ck_weights_destroy(weights);
  }
  if (!failed) {
    int32_t counts[ROWS];
    size_t start = 0;
    for (int32_t i = 0; i < ROWS; i++) counts[i] = KEYS - ROWS + 1 + i;
    ck_attention_call call = {.batches = 1,
                              .queries = x,
                              .keys = rows,
                              .values = rows + KEYS * HEAD,
                              .output = y + 2 * LINEAR,
                              .query_count = ROWS,
                              .key_count = KEYS,
                              .query_heads = 1,
                              .key_heads = 1,
                              .head_dimension = HEAD,
                              .segment_count = 1,
                              .segment_starts = &start,
                              .counts = counts,
                              .scale = 0.3f,
                              .may_round = 1};
    failed = ck_attention(team, &call) != 0;
  }
  ck_team_destroy(team);
  free(x), free(rows);
  *count = ALL;
  if (!failed) return y;
  free(y);
  return NULL;
}

static const char *refusal;
static int usable;
static pthread_once_t amx_once = PTHREAD_ONCE_INIT;

// Tiles are used where the system grants them and where they give the bits that they are defined to
// give.
static void ask_for_tiles(void) {
  if (!has_tiles()) return;
  if (!tiles_granted()) {
    refusal = "the system does not grant it";
    return;
  }
  size_t count;
  float *tiles = small_products(CK_AMX, &count), *defined = small_products(CK_AMX_EMULATED, &count);
  usable = tiles && defined && memcmp(tiles, defined, 4 * count) == 0;
  if (!usable) refusal = "its products differ from what they are defined to be";
  free(tiles), free(defined);
}

static int has_amx(void) {
  pthread_once(&amx_once, ask_for_tiles);
  return usable;
}

const char *ck_amx_refusal(void) {
  pthread_once(&amx_once, ask_for_tiles);
  return refusal;
}

int ck_supported(ck_isa isa) {
  switch (isa) {
    case CK_PORTABLE:
      return 1;
    case CK_AVX2:
      return has_avx2();
    case CK_AVX512:
      return has_avx512();
    case CK_AVX512_BF16:
      return has_bf16();
    case CK_AMX:
      return has_amx();
    case CK_AS_AMX:
    case CK_AMX_EMULATED:
      return has_avx2();
  }
  return 0;
}

// On AMD (Zen 4 and later) a bf16 dot product runs at the rate of a float multiply-add and does
// twice the work. On Intel cores it runs at a quarter of that rate (Sapphire Rapids: 86 against 175
// GFLOP/s measured on one core, since AMX is meant for it), so weights in bf16 are widened and
// multiplied as floats there, unless tiles can be used.
ck_isa ck_best(void) { return has_amx() ? CK_AMX : ck_best_vectors(); }

ck_isa ck_best_vectors(void) {
  if (has_bf16() && !is_intel()) return CK_AVX512_BF16;
  if (has_avx512()) return CK_AVX512;
  return has_avx2() ? CK_AVX2 : CK_PORTABLE;
}

ck_kernels ck_kernels_for(ck_isa isa) {
  ck_kernels kernels = {0};
  kernels.isa = kernels.vectors = isa;
  if (isa == CK_AMX) kernels.vectors = CK_AVX512;
  if (isa > CK_AMX) kernels.vectors = has_avx512() ? CK_AVX512 : CK_AVX2;
  ck_fill_portable(&kernels);
#if defined(__x86_64__)
  if (kernels.vectors >= CK_AVX2) ck_fill_avx2(&kernels);
  if (kernels.vectors >= CK_AVX512) ck_fill_avx512(&kernels);
  if (kernels.vectors >= CK_AVX512 && has_vnni()) ck_fill_vnni(&kernels);
  if (kernels.vectors >= CK_AVX512_BF16) {
    ck_fill_bf16(&kernels);
    ck_fill_pairs_bf16(&kernels);
  }
  if (isa == CK_AMX) kernels.amx = &ck_amx_hardware;
  if (isa == CK_AS_AMX)
    kernels.amx = kernels.vectors >= CK_AVX512 ? &ck_amx_fma_avx512 : &ck_amx_fma;
  if (isa == CK_AMX_EMULATED) kernels.amx = &ck_amx_emulated;
#endif
  return kernels;
}
