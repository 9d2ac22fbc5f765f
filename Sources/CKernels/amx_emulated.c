#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "amx.h"

// The tile instructions as they are defined, element by element (measured on hardware: no
// difference in 18.4 million elements of nine kinds). Slow; the oracle of the other forms.

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#pragma STDC FP_CONTRACT OFF

#include "amx_memory_tiles.h"

CK_INLINE float flush_input(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }
CK_INLINE float bf16_float(uint32_t half) {
  uint32_t bits = half << 16;
  float value;
  memcpy(&value, &bits, 4);
  return flush_input(value);
}
// One rounding to 24 bits as if exponents had no end; what is below 2^-126 then is a zero. Neither
// C nor MXCSR says that directly.
CK_INLINE float fused(float a, float b, float c) {
  float result = __builtin_fmaf(a, b, c);
  if (fabsf(result) > 0x1p-126f || result != result) return result;
  float large = __builtin_fmaf(a * 0x1p60f, b * 0x1p60f, c * 0x1p120f);  // the terms are tiny here
  return fabsf(large) < 0x1p-6f ? copysignf(0, result) : result;
}

static void product_bf16(tile_state *tiles, int c, int a, int b) {
  for (size_t row = 0; row < tiles->rows[c]; row++) {
    for (size_t column = 0; column < 16; column++) {
      float even = 0, odd = 0, sum;
      for (size_t k = 0; k < 16; k++) {
        uint32_t left = tiles->words[a][row][k], right = tiles->words[b][k][column];
        even = fused(bf16_float(left & 0xffff), bf16_float(right & 0xffff), even);
        odd = fused(bf16_float(left >> 16), bf16_float(right >> 16), odd);
      }
      memcpy(&sum, &tiles->words[c][row][column], 4);
      sum = fused(1, fused(1, odd, even), flush_input(sum));
      memcpy(&tiles->words[c][row][column], &sum, 4);
    }
  }
}

static void product_int8(tile_state *tiles, int c, int a, int b) {
  for (size_t row = 0; row < tiles->rows[c]; row++) {
    for (size_t column = 0; column < 16; column++) {
      uint32_t sum = tiles->words[c][row][column];
      for (size_t k = 0; k < 16; k++)
        for (size_t i = 0; i < 4; i++) {
          int32_t left = (uint8_t)(tiles->words[a][row][k] >> 8 * i),
                  right = (int8_t)(tiles->words[b][k][column] >> 8 * i);
          sum += (uint32_t)(left * right);
        }
      tiles->words[c][row][column] = sum;
    }
  }
}

#define AMX_NAME(name) name##_emulated
#define AMX_FORM ck_amx_emulated
#define AMX_INT8 1
#define LANES 8
#define TILE_INT8(c, a, b) product_int8(tiles, c, a, b)
#define TILE_ASK_FAR(p) (void)(p)
#define TILE_ASK_NEAR(p) (void)(p)
#include "amx_linear_body.h"
#include "amx_attention_body.h"
#pragma clang attribute pop
#endif
