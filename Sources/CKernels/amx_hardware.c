#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "amx.h"

// The tile instructions. Tiles and their configuration belong to a thread, and compilers know
// nothing of them: a task sets its configuration, releases it, and keeps no tile alive across a
// call that is not inlined.

#define AMX_TARGET                                                                       \
  __attribute__((                                                                        \
      target("amx-tile,amx-bf16,amx-int8,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16," \
             "avx512vnni,avx2,fma,f16c")))
#pragma clang attribute push(AMX_TARGET, apply_to = function)
#pragma STDC FP_CONTRACT OFF

typedef struct {
  char nothing;
} tile_state;

// Tiles 0 ... 3 are sums, 4 and 5 the left side, 6 and 7 the right side.
typedef struct __attribute__((packed, aligned(64))) {
  uint8_t palette, start, zero[14];
  uint16_t bytes[16];
  uint8_t rows[16];
} tile_configuration;

CK_INLINE void configure(size_t first, size_t second) {
  tile_configuration c = {.palette = 1};
  for (int t = 0; t < 8; t++) {
    c.bytes[t] = 64;
    c.rows[t] = (uint8_t)(t == 0 || t == 1 || t == 4   ? first
                          : t == 2 || t == 3 || t == 5 ? second
                                                       : 16);
  }
  _tile_loadconfig(&c);
}

#define AMX_NAME(name) name##_hardware
#define AMX_FORM ck_amx_hardware
#define AMX_INT8 1
#define LANES 16
#define TILE_CONFIGURE(first, second) ((void)tiles, configure(first, second))
#define TILE_RELEASE() _tile_release()
#define TILE_ZERO(t) _tile_zero(t)
#define TILE_LOAD(t, from, stride) _tile_loadd(t, from, stride)
#define TILE_LOAD_PASSING(t, from, stride) _tile_stream_loadd(t, from, stride)
#define TILE_STORE(t, to, stride) _tile_stored(t, to, stride)
#define TILE_BF16(c, a, b) _tile_dpbf16ps(c, a, b)
#define TILE_INT8(c, a, b) _tile_dpbusd(c, a, b)
#define TILE_ASK_FAR(p) _mm_prefetch((const char *)(p), _MM_HINT_T1)
#define TILE_ASK_NEAR(p) _mm_prefetch((const char *)(p), _MM_HINT_T0)
#include "amx_linear_body.h"
#include "amx_attention_body.h"

// Products in registers, four sums in turn.
void ck_amx_products(int int8, size_t count) {
  configure(16, 16);
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
  TILE_ZERO(4);
  TILE_ZERO(5);
  TILE_ZERO(6);
  TILE_ZERO(7);
  for (size_t i = 0; i < count; i += 4) {
    if (int8) {
      TILE_INT8(0, 4, 6);
      TILE_INT8(1, 4, 7);
      TILE_INT8(2, 5, 6);
      TILE_INT8(3, 5, 7);
    } else {
      TILE_BF16(0, 4, 6);
      TILE_BF16(1, 4, 7);
      TILE_BF16(2, 5, 6);
      TILE_BF16(3, 5, 7);
    }
  }
  TILE_RELEASE();
}
#pragma clang attribute pop
#endif
