#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "amx.h"
#define AMX_NAME(name) name##_fma_avx512
#define AMX_FORM ck_amx_fma_avx512
#define LANES 16
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#include "amx_fma_body.h"
#pragma clang attribute pop
#endif
