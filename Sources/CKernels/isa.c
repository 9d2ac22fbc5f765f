#include "internal.h"

// Which kernels a machine runs. Every set starts from the portable table and replaces what it does better.

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
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
#else
static int has_avx2(void) { return 0; }
static int has_avx512(void) { return 0; }
static int has_bf16(void) { return 0; }
static int has_vnni(void) { return 0; }
static int is_intel(void) { return 0; }
#endif

int ck_supported(ck_isa isa) {
  switch (isa) {
    case CK_PORTABLE: return 1;
    case CK_AVX2: return has_avx2();
    case CK_AVX512: return has_avx512();
    case CK_AVX512_BF16: return has_bf16();
  }
  return 0;
}

// On AMD (Zen 4 and later) a bf16 dot product runs at the rate of a float multiply-add and does twice the work. On Intel
// cores it runs at a quarter of that rate (Sapphire Rapids: 86 against 175 GFLOP/s measured on one core, since AMX is meant
// for it), so weights in bf16 are widened and multiplied as floats there.
ck_isa ck_best(void) {
  if (has_bf16() && !is_intel()) return CK_AVX512_BF16;
  if (has_avx512()) return CK_AVX512;
  return has_avx2() ? CK_AVX2 : CK_PORTABLE;
}

ck_kernels ck_kernels_for(ck_isa isa) {
  ck_kernels kernels = {0};
  kernels.isa = isa;
  ck_fill_portable(&kernels);
#if defined(__x86_64__)
  if (isa >= CK_AVX2) ck_fill_avx2(&kernels);
  if (isa >= CK_AVX512) ck_fill_avx512(&kernels);
  if (isa >= CK_AVX512 && has_vnni()) ck_fill_vnni(&kernels);
  if (isa >= CK_AVX512_BF16) {
    ck_fill_bf16(&kernels);
    ck_fill_pairs_bf16(&kernels);
  }
#endif
  return kernels;
}
