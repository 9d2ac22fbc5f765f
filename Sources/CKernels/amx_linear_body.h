// Products of A tiles and packed weights, in one form of the tile instructions: amx.h says which,
// and what the bits are.
//
// A region is at most 384 rows x 576 columns. Inside it:
//   for each block of 16 steps:                x: 384 rows x 1 KiB = 384 KiB, second cache;
//                                              the next block is asked for meanwhile
//     for each 32 columns:                     weights: 32 KiB, first cache, asked for while
//                                              those before are multiplied
//       for each 32 rows: 2 x 2 tiles of sums  16 steps of 4 products; between blocks the sums
//                                              lie in scratch
// After the last block the sums go through 4 KiB to what follows the product.

typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t whole_lanes __attribute__((vector_size(4 * LANES)));

static void AMX_NAME(round)(const float *x, size_t count, char *out) {
  for (size_t i = 0; i < count; i += 32, out += CK_AMX_STEP_BYTES) {
    uint32_t bits[32];
    uint16_t rounded[32];
    size_t some = ck_min(32, count - i);
    if (some < 32) memset(bits, 0, sizeof bits);
    memcpy(bits, x + i, 4 * some);
    for (size_t k = 0; k < 32; k++) rounded[k] = ck_amx_bf16(bits[k]);
    memcpy(out, rounded, 64);
  }
}

// Lines to ask for while a block is multiplied, a few for each step.
typedef struct {
  const char *at[3], *end[3];
} ahead_lines;
CK_INLINE void ask(ahead_lines *ahead) {
  _Pragma("unroll") for (int k = 0; k < 3; k++)
      _Pragma("unroll") for (int i = 0; i < 2; i++) if (ahead->at[k] < ahead->end[k]) {
    TILE_ASK_FAR(ahead->at[k]);
    ahead->at[k] += 64;
  }
}

#define PRODUCT(int8, c, a, b) \
  do {                         \
    if (int8)                  \
      TILE_INT8(c, a, b);      \
    else                       \
      TILE_BF16(c, a, b);      \
  } while (0)

// One step of 2 x 2 tiles. x passes by with the hint that it is not worth a place in the first
// cache, which the weights keep.
CK_INLINE void step_pair(const int int8, const int tall, tile_state *tiles, const char *a,
                         ck_amx_right b0, ck_amx_right b1) {
  (void)tiles;
  TILE_LOAD_PASSING(4, a, 64);
  TILE_LOAD(6, b0.start, b0.stride);
  PRODUCT(int8, 0, 4, 6);
  TILE_LOAD(7, b1.start, b1.stride);
  PRODUCT(int8, 1, 4, 7);
  if (!tall) return;
  TILE_LOAD_PASSING(5, a + 1024, 64);
  PRODUCT(int8, 2, 5, 6);
  PRODUCT(int8, 3, 5, 7);
}

CK_INLINE void no_sums(tile_state *tiles) {
  (void)tiles;
  TILE_ZERO(0);
  TILE_ZERO(1);
  TILE_ZERO(2);
  TILE_ZERO(3);
}
CK_INLINE void load_sums(tile_state *tiles, const float *c) {
  (void)tiles;
  TILE_LOAD(0, c, 64);
  TILE_LOAD(1, c + 256, 64);
  TILE_LOAD(2, c + 512, 64);
  TILE_LOAD(3, c + 768, 64);
}
CK_INLINE void store_sums(tile_state *tiles, void *c) {
  (void)tiles;
  TILE_STORE(0, c, 64);
  TILE_STORE(1, (char *)c + 1024, 64);
  TILE_STORE(2, (char *)c + 2048, 64);
  TILE_STORE(3, (char *)c + 3072, 64);
}

// A group's integer sums of one tile, scaled, onto the floats before: one fused multiply-add for
// each element, as the kernels for single dot products do it.
CK_INLINE void add_group(const ck_amx_linear *plan, const ck_weights *weights, size_t block,
                         size_t row, size_t rows, size_t tile, const int32_t *group, float *sums) {
  size_t column = block * weights->columns + tile * CK_VECTOR;
  for (size_t r = 0; r < rows; r++) {
    float left = plan->left_scales[block * plan->pairs * 32 + row + r];
    for (size_t i = 0; i < 16; i += LANES) {
      whole_lanes sum, offset;
      lanes scale, before;
      memcpy(&sum, group + r * 16 + i, sizeof sum),
          memcpy(&offset, weights->offsets + column + i, sizeof offset);
      memcpy(&scale, weights->scales + column + i, sizeof scale);
      if (block)
        memcpy(&before, sums + r * 16 + i, sizeof before);
      else
        before = (lanes){0};
      lanes value = __builtin_convertvector(sum - offset, lanes);
      value = __builtin_elementwise_fma(value, ((lanes){0} + left) * scale, before);
      memcpy(sums + r * 16 + i, &value, sizeof value);
    }
  }
}

CK_INLINE void multiply_region(const int int8, const ck_amx_linear *plan, const ck_weights *weights,
                               const ck_amx_region *g, float *sums, const float *gate, int last) {
  _Alignas(64) float staged[CK_AMX_SUMS];
  _Alignas(64) uint32_t rest[2][256];
  tile_state state, *tiles = &state;
  size_t pairs = g->last_pair - g->first_pair, all_rows = plan->call->rows, tail = plan->words % 16;
  size_t first_rows = ck_min(16, all_rows), second_rows = plan->pairs > 1 ? 16
                                                          : all_rows > 16 ? all_rows - 16
                                                                          : 1;
  TILE_CONFIGURE(first_rows, second_rows);
  for (size_t block = 0; block < plan->blocks; block++) {
    int final = block + 1 == plan->blocks;
    size_t steps = ck_min(plan->words / 16 - block * CK_AMX_STEPS, CK_AMX_STEPS);
    int short_step = final && tail != 0;
    ahead_lines ahead = {0};
    if (!final) {
      ahead.at[2] = plan->left + ((block + 1) * plan->pairs + g->first_pair) * CK_AMX_PAIR_BYTES;
      ahead.end[2] = ahead.at[2] + pairs * CK_AMX_PAIR_BYTES;
    }
    for (size_t tile = g->first_tile; tile < g->last_tile; tile += 2) {
      size_t other =
          tile + 1 < plan->tiles ? tile + 1 : tile;  // one tile alone is multiplied twice
      if (short_step) {
        ck_amx_last_step(weights, tile, block * CK_AMX_STEPS + steps, tail, rest[0]);
        ck_amx_last_step(weights, other, block * CK_AMX_STEPS + steps, tail, rest[1]);
      }
      // Asks for the next two panels, or the first ones of the next block.
      if ((tile - g->first_tile) % 6 == 0) {
        size_t to = tile + 6, at = block * CK_AMX_STEPS;
        if (to >= g->last_tile) to = g->first_tile, at += CK_AMX_STEPS;
        for (size_t k = 0;
             k < 2 && to + 3 * k < plan->tiles && at + CK_AMX_STEPS <= plan->words / 16; k++) {
          ck_amx_right next = ck_amx_right_tile(weights, (to / 3 + k) * 3, at);
          ahead.at[k] = next.start;
          ahead.end[k] = next.start + CK_AMX_STEPS * 16 * next.stride;
        }
      }
      for (size_t pair = g->first_pair; pair < g->last_pair; pair++) {
        const char *a = plan->left + (block * plan->pairs + pair) * CK_AMX_PAIR_BYTES;
        float *c = sums + ((tile - g->first_tile) / 2 * pairs + pair - g->first_pair) * CK_AMX_SUMS;
        size_t rows = ck_min(32, all_rows - pair * 32);
        ck_amx_right b0 = ck_amx_right_tile(weights, tile, block * CK_AMX_STEPS),
                     b1 = ck_amx_right_tile(weights, other, block * CK_AMX_STEPS);
        if (int8 || block == 0)
          no_sums(tiles);
        else
          load_sums(tiles, c);
        for (size_t s = 0; s < steps;
             s++, a += CK_AMX_STEP_BYTES, b0.start += 16 * b0.stride, b1.start += 16 * b1.stride) {
          ask(&ahead);
          step_pair(int8, 1, tiles, a, b0, b1);
        }
        if (short_step)
          step_pair(int8, 1, tiles, a, (ck_amx_right){(const char *)rest[0], 64},
                    (ck_amx_right){(const char *)rest[1], 64});
        if (int8) {
          store_sums(tiles, staged);
          for (size_t part = 0; part < 4; part++) {
            size_t row = part / 2 * 16, columns = part % 2 ? other : tile;
            if (row < rows)
              add_group(plan, weights, block, pair * 32 + row, ck_min(16, rows - row), columns,
                        (const int32_t *)staged + part * 256, c + part * 256);
          }
        } else {
          store_sums(tiles, final && last ? staged : c);
        }
        if (final && last)
          ck_amx_finish(plan, int8 ? c : staged, gate ? gate + (c - sums) : NULL, pair * 32, rows,
                        tile, ck_min(2, plan->tiles - tile));
      }
    }
  }
  TILE_RELEASE();
}

static void AMX_NAME(region)(const ck_amx_linear *plan, const ck_weights *weights,
                             const ck_amx_region *region, float *sums, const float *gate,
                             int last) {
  if (AMX_INT8 && plan->int8)
    multiply_region(1, plan, weights, region, sums, gate, last);
  else
    multiply_region(0, plan, weights, region, sums, gate, last);
}

// At most 16 rows: nothing is reused and memory is the limit. The whole inner dimension of a panel,
// one sequential stream; one tile of x, up to three of weights and of sums.
CK_INLINE void few_step(const int int8, tile_state *tiles, size_t width, const char *a,
                        const char *b, size_t stride, size_t apart) {
  (void)tiles;
  TILE_LOAD(4, a, 64);
  TILE_LOAD(6, b, stride);
  PRODUCT(int8, 0, 4, 6);
  if (width > 1) {
    TILE_LOAD(7, b + apart, stride);
    PRODUCT(int8, 1, 4, 7);
  }
  if (width > 2) {
    TILE_LOAD(6, b + 2 * apart, stride);
    PRODUCT(int8, 2, 4, 6);
  }
}

CK_INLINE void multiply_few(const int int8, const ck_amx_linear *plan, const ck_weights *weights,
                            size_t panel, float *sums) {
  _Alignas(64) float staged[3 * 256];
  _Alignas(64) uint32_t rest[3][256];
  tile_state state, *tiles = &state;
  size_t rows = plan->call->rows, tail = plan->words % 16,
         width = ck_min(3, plan->tiles - panel * 3);
  TILE_CONFIGURE(rows, rows);
  no_sums(tiles);
  for (size_t block = 0; block < plan->blocks; block++) {
    size_t steps = ck_min(plan->words / 16 - block * CK_AMX_STEPS, CK_AMX_STEPS);
    const char *a = plan->left + block * plan->pairs * CK_AMX_PAIR_BYTES;
    ck_amx_right b = ck_amx_right_tile(weights, panel * 3, block * CK_AMX_STEPS);
    for (size_t s = 0; s < steps; s++, a += CK_AMX_STEP_BYTES, b.start += 16 * b.stride) {
      for (size_t line = 0; line < 16 * width; line++) TILE_ASK_NEAR(b.start + 4096 + 64 * line);
      few_step(int8, tiles, width, a, b.start, b.stride, 64);
    }
    if (block + 1 == plan->blocks && tail) {
      for (size_t t = 0; t < width; t++)
        ck_amx_last_step(weights, panel * 3 + t, block * CK_AMX_STEPS + steps, tail, rest[t]);
      few_step(int8, tiles, width, a, (const char *)rest, 64, 1024);
    }
    if (!int8) continue;
    TILE_STORE(0, staged, 64);
    TILE_STORE(1, staged + 256, 64);
    TILE_STORE(2, staged + 512, 64);
    for (size_t t = 0; t < width; t++)
      add_group(plan, weights, block, 0, rows, panel * 3 + t, (const int32_t *)staged + t * 256,
                sums + t * 256);
    no_sums(tiles);
  }
  if (!int8) {
    TILE_STORE(0, sums, 64);
    TILE_STORE(1, sums + 256, 64);
    TILE_STORE(2, sums + 512, 64);
  }
  TILE_RELEASE();
}

static void AMX_NAME(few_rows)(const ck_amx_linear *plan, const ck_weights *weights, size_t panel,
                          float *sums) {
  if (AMX_INT8 && plan->int8)
    multiply_few(1, plan, weights, panel, sums);
  else
    multiply_few(0, plan, weights, panel, sums);
}
