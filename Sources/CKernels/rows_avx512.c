#if defined(__x86_64__)
#define ROWS_FILL ck_fill_rows_avx512
#define ROWS_NAME(name) name##_avx512
#include <math.h>
#include <string.h>
#include "internal.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#include "rows_body.h"
#pragma clang attribute pop
#endif
