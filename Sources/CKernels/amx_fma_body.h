// The tile instructions by fused multiply-adds over LANES columns; MXCSR must flush subnormals
// (ck_amx_enter). Included inside a target attribute. In registers: 4 rows by LANES columns, even
// and odd sums apart, while the 16 words of a step pass by.
#include <string.h>

#include "amx.h"

#pragma STDC FP_CONTRACT OFF

#include "amx_memory_tiles.h"

typedef float fma_lanes __attribute__((vector_size(4 * LANES)));
typedef uint32_t fma_words __attribute__((vector_size(4 * LANES)));

CK_INLINE void spread(float value, fma_lanes *out) {
  for (size_t i = 0; i < LANES; i++) (*out)[i] = value;
}

// left: the even and the odd inputs of the rows, as floats.
CK_INLINE void product_rows(const size_t rows, uint32_t (*c)[16], const float (*left)[2][16],
                            uint32_t (*b)[16]) {
  for (size_t column = 0; column < 16; column += LANES) {
    fma_lanes even[4], odd[4];
    _Pragma("unroll") for (size_t r = 0; r < rows; r++) even[r] = odd[r] = (fma_lanes){0};
    for (size_t k = 0; k < 16; k++) {
      fma_words pair, low, high;
      fma_lanes right_even, right_odd;
      memcpy(&pair, &b[k][column], sizeof pair);
      low = pair << 16, high = pair & 0xffff0000u;
      memcpy(&right_even, &low, sizeof low), memcpy(&right_odd, &high, sizeof high);
      _Pragma("unroll") for (size_t r = 0; r < rows; r++) {
        fma_lanes left_even, left_odd;
        spread(left[r][0][k], &left_even), spread(left[r][1][k], &left_odd);
        even[r] = __builtin_elementwise_fma(left_even, right_even, even[r]);
        odd[r] = __builtin_elementwise_fma(left_odd, right_odd, odd[r]);
      }
    }
    _Pragma("unroll") for (size_t r = 0; r < rows; r++) {
      fma_lanes sum;
      memcpy(&sum, &c[r][column], sizeof sum);
      sum = sum + (odd[r] + even[r]);
      memcpy(&c[r][column], &sum, sizeof sum);
    }
  }
}

static void product_bf16(tile_state *tiles, int c, int a, int b) {
  float left[16][2][16];
  size_t row = 0, rows = tiles->rows[c];
  for (size_t r = 0; r < rows; r++) {
    for (size_t k = 0; k < 16; k++) {
      uint32_t low = tiles->words[a][r][k] << 16, high = tiles->words[a][r][k] & 0xffff0000u;
      memcpy(&left[r][0][k], &low, 4), memcpy(&left[r][1][k], &high, 4);
    }
  }
  for (; row + 4 <= rows; row += 4)
    product_rows(4, tiles->words[c] + row, (const float(*)[2][16])left + row, tiles->words[b]);
  for (; row < rows; row++)
    product_rows(1, tiles->words[c] + row, (const float(*)[2][16])left + row, tiles->words[b]);
}

#define AMX_INT8 0
#define TILE_INT8(c, a, b) (void)0
#define TILE_ASK_FAR(p) __builtin_prefetch(p, 0, 2)
#define TILE_ASK_NEAR(p) __builtin_prefetch(p, 0, 3)
#include "amx_linear_body.h"
#include "amx_attention_body.h"
