#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "amx.h"

// What the machine can do at most, measured with the same instructions as the kernels.

static double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#if defined(__x86_64__)
#include <immintrin.h>
enum { CHAINS = 24, ROUNDS = 100000 };
// Independent multiply-adds in registers; the empty assembly keeps the compiler from removing or
// merging them.
#define PEAK(NAME, TARGET, VECTOR, ZERO, OPERATION)        \
  static TARGET void NAME(void) {                          \
    VECTOR sum[CHAINS], left = ZERO, right = ZERO;         \
    for (int i = 0; i < CHAINS; i++) sum[i] = ZERO;        \
    __asm__ volatile("" : "+v"(left), "+v"(right));        \
    for (int round = 0; round < ROUNDS; round++)           \
      _Pragma("unroll") for (int i = 0; i < CHAINS; i++) { \
        sum[i] = OPERATION;                                \
        __asm__ volatile("" : "+v"(sum[i]));               \
      }                                                    \
  }
enum { TILE_PRODUCTS = 40000 };
static void tiles_bf16(void) { ck_amx_products(0, TILE_PRODUCTS); }
static void tiles_int8(void) { ck_amx_products(1, TILE_PRODUCTS); }
PEAK(f32_avx512, CK_AVX512_TARGET, __m512, _mm512_setzero_ps(),
     _mm512_fmadd_ps(left, right, sum[i]))
PEAK(dot_bf16, CK_BF16_TARGET, __m512, _mm512_setzero_ps(),
     _mm512_dpbf16_ps(sum[i], (__m512bh)left, (__m512bh)right))
PEAK(dot_int8, CK_VNNI_TARGET, __m512i, _mm512_setzero_si512(),
     _mm512_dpbusd_epi32(sum[i], left, right))
#undef PEAK
enum { AVX2_CHAINS = 12 };
static CK_AVX2_TARGET void f32_avx2(void) {
  __m256 sum[AVX2_CHAINS], left = _mm256_setzero_ps(), right = _mm256_setzero_ps();
  for (int i = 0; i < AVX2_CHAINS; i++) sum[i] = _mm256_setzero_ps();
  __asm__ volatile("" : "+v"(left), "+v"(right));
  for (int round = 0; round < ROUNDS; round++)
    _Pragma("unroll") for (int i = 0; i < AVX2_CHAINS; i++) {
      sum[i] = _mm256_fmadd_ps(left, right, sum[i]);
      __asm__ volatile("" : "+v"(sum[i]));
    }
}
#endif

double ck_measure_peak(ck_isa isa, ck_type type, double seconds) {
#if defined(__x86_64__)
  void (*loop)(void) = NULL;
  double operations = 0;
  ck_kernels kernels = ck_kernels_for(isa), plain = ck_kernels_for(CK_AVX2);
  if (!ck_supported(isa) || isa == CK_PORTABLE) return 0;
  if (isa == CK_AMX && (type == CK_BF16 || type == CK_INT8)) {
    loop = type == CK_BF16 ? tiles_bf16 : tiles_int8;
    operations = (type == CK_BF16 ? 16384.0 : 32768.0) * TILE_PRODUCTS;
  } else if (type == CK_INT8) {
    if (kernels.int8 == plain.int8) return 0;
    loop = dot_int8;
    operations = 128.0 * CHAINS * ROUNDS;
  } else if (type == CK_BF16 && kernels.bf16) {
    loop = dot_bf16;
    operations = 64.0 * CHAINS * ROUNDS;
  } else if (kernels.vectors >= CK_AVX512) {
    loop = f32_avx512;
    operations = 32.0 * CHAINS * ROUNDS;
  } else {
    loop = f32_avx2;
    operations = 16.0 * AVX2_CHAINS * ROUNDS;
  }
  double best = 0, start = seconds_now(), last = start;
  do {
    loop();
    double now = seconds_now();
    if (operations / (now - last) > best) best = operations / (now - last);
    last = now;
  } while (last - start < seconds);
  return best;
#else
  (void)isa, (void)type, (void)seconds, (void)seconds_now;
  return 0;
#endif
}

typedef struct {
  const uint64_t *words;
} read_call;

// What hardware prefetches ends at a page's border; touching lines 2 KiB ahead reads up to a sixth
// faster.
enum { AHEAD_WORDS = 256 };

static void read_block(void *context, size_t first, size_t count) {
  const uint64_t *words = ((read_call *)context)->words + first;
  uint64_t sum[8] = {0};
  for (size_t i = 0; i + 8 <= count; i += 8) {
    __builtin_prefetch(words + i + AHEAD_WORDS);
    for (size_t lane = 0; lane < 8; lane++) sum[lane] ^= words[i + lane];
  }
  uint64_t all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3] ^ sum[4] ^ sum[5] ^ sum[6] ^ sum[7];
  __asm__ volatile("" : : "r"(all));
}

double ck_measure_bandwidth(ck_team *team, size_t bytes, int passes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  ck_advise_large_pages(memory, bytes);  // as the weights have them
  memset(memory, 1, bytes);
  read_call call = {memory};
  double best = 0;
  for (int pass = 0; pass < passes; pass++) {
    double before = seconds_now();
    ck_parallel_rows(team, bytes / 8, 1u << 17, read_block, &call);
    double rate = (double)bytes / (seconds_now() - before);
    if (rate > best) best = rate;
  }
  munmap(memory, bytes);
  return best;
}
