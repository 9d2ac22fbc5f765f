#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "amx.h"
#define AMX_NAME(name) name##_fma
#define AMX_FORM ck_amx_fma
#define LANES 8
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "amx_fma_body.h"
#pragma clang attribute pop
#endif
