#if defined(__x86_64__)
#define ROWS_FILL ck_fill_rows_avx2
#define ROWS_NAME(name) name##_avx2
#include <math.h>
#include <string.h>
#include "internal.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "rows_body.h"
#pragma clang attribute pop
#endif
