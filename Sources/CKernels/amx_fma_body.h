// The tile instructions by fused multiply-adds over LANES columns; MXCSR must flush subnormals
// (ck_amx_enter). Included inside a target attribute. In registers: 4 rows by LANES columns, even
// and odd sums apart, while the 16 words of a step pass by.
#include <string.h>

#include "amx.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  _Alignas(64) uint32_t words[8][16][16];
  size_t rows[8];
} tile_state;

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

CK_INLINE void load(tile_state *tiles, int t, const void *from, size_t stride) {
  for (size_t row = 0; row < tiles->rows[t]; row++)
    memcpy(tiles->words[t][row], (const char *)from + row * stride, 64);
}
CK_INLINE void store(const tile_state *tiles, int t, void *to, size_t stride) {
  for (size_t row = 0; row < tiles->rows[t]; row++)
    memcpy((char *)to + row * stride, tiles->words[t][row], 64);
}
CK_INLINE void configure(tile_state *tiles, size_t first, size_t second) {
  memset(tiles, 0, sizeof *tiles);
  for (int t = 0; t < 8; t++)
    tiles->rows[t] = t == 0 || t == 1 || t == 4 ? first : t == 2 || t == 3 || t == 5 ? second : 16;
}

#define AMX_INT8 0
#define TILE_CONFIGURE(first, second) configure(tiles, first, second)
#define TILE_RELEASE() (void)0
#define TILE_ZERO(t) memset(tiles->words[t], 0, sizeof tiles->words[t])
#define TILE_LOAD(t, from, stride) load(tiles, t, from, stride)
#define TILE_LOAD_PASSING(t, from, stride) load(tiles, t, from, stride)
#define TILE_STORE(t, to, stride) store(tiles, t, to, stride)
#define TILE_BF16(c, a, b) product_bf16(tiles, c, a, b)
#define TILE_INT8(c, a, b) (void)0
#define TILE_ASK_FAR(p) __builtin_prefetch(p, 0, 2)
#define TILE_ASK_NEAR(p) __builtin_prefetch(p, 0, 3)
#include "amx_linear_body.h"
#include "amx_attention_body.h"
