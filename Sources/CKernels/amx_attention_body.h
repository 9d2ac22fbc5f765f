// Attention over a span of up to 16 blocks of 32 keys for 32 rows, in one form of the tile
// instructions: see amx.h and amx_attention.c. Scores and values are products of bf16 with tiles;
// the softmax between them is of floats, a row at a time.
//
// Hidden scores are left out by masks and hidden values are multiplied by 0, which leaves a sum as
// it is. Where a value of a block is no number that would not be so: such a block is multiplied row
// by row, without what the row does not see.

#define AMX_UNROLL _Pragma("unroll")
enum { PARTS = 16 / LANES };
#define AMX_LOG2_E 1.44269504f
// a where a comparison holds, else b.
#define PICK(mask, a, b) ((lanes)(((mask) & (whole_lanes)(a)) | (~(mask) & (whole_lanes)(b))))

static void AMX_NAME(begin_span)(ck_amx_attention_task *task) {
  memset(task->output, 0, 4 * CK_AMX_SUMS * task->plan->steps);
  for (size_t r = 0; r < 32; r++) {
    task->largest[r] = -INFINITY;
    task->total[r] = 0;
  }
}

// 2^x for x <= 0, and what rounds up to it: 2^n 2^r with |r| <= 1/2; 2^r is a polynomial of degree
// 4, relative error 3e-6, since the result is rounded to bf16. Below 2^-126 it is 0.
CK_INLINE void power_of_two(lanes *x) {
  const lanes low = (lanes){0} - 200.0f, magic = (lanes){0} + 12582912.0f;
  lanes v = *x;
  v = PICK(v < low, low, v);  // NaN passes
  lanes n = (v + magic) - magic, r = v - n;
  lanes q = __builtin_elementwise_fma((lanes){0} + 9.5701019e-3f, r, (lanes){0} + 5.5917862e-2f);
  q = __builtin_elementwise_fma(q, r, (lanes){0} + 2.4024745e-1f);
  q = __builtin_elementwise_fma(q, r, (lanes){0} + 6.9312181e-1f);
  q = __builtin_elementwise_fma(q, r, (lanes){0} + 1.0f);
  const lanes least = (lanes){0} - 127.0f, most = (lanes){0} + 127.0f;
  n = PICK(n < least, least, n);
  n = PICK(n > most, most, n);  // a score that is no number has none
  whole_lanes exponent = __builtin_convertvector(PICK(n == n, n, (lanes){0}), whole_lanes) + 127;
  exponent <<= 23;
  lanes factor;
  memcpy(&factor, &exponent, sizeof factor);
  *x = q * factor;
}

// -1 in lanes whose bit of the mask is set.
CK_INLINE void lane_mask(uint32_t mask, size_t first, whole_lanes *out) {
  whole_lanes bit;
  for (size_t i = 0; i < LANES; i++) bit[i] = (int32_t)(1u << i);
  whole_lanes all =
      (whole_lanes){0} + (int32_t)(mask >> first & (LANES == 32 ? ~0u : (1u << LANES) - 1));
  *out = (all & bit) != 0;
}

// Lanes are added pairwise, so that their number does not show.
CK_INLINE float sum_of_16(float *sums) {
  AMX_UNROLL for (size_t width = 8; width; width /= 2) AMX_UNROLL for (size_t i = 0; i < width; i++)
      sums[i] += sums[i + width];
  return sums[0];
}

CK_INLINE void soften_row(ck_amx_attention_task *task, size_t row) {
  const float *from = task->scores + row / 16 * 512 + row % 16 * 16;
  uint16_t *to = task->weights + row * 32;
  uint32_t any = 0;
  for (size_t b = 0; b < task->blocks; b++) any |= task->masks[b][row];
  if (!any) {
    for (size_t b = 0; b < task->blocks; b++) memset(to + b * CK_AMX_WEIGHT_BLOCK, 0, 64);
    return;
  }
  lanes peaks[2 * PARTS], sums[2 * PARTS];
  AMX_UNROLL for (int i = 0; i < 2 * PARTS; i++) peaks[i] = (lanes){0} - INFINITY,
                                                 sums[i] = (lanes){0};
  for (size_t b = 0; b < task->blocks; b++) {
    uint32_t mask = task->masks[b][row];
    if (!mask) continue;
    AMX_UNROLL for (int i = 0; i < 2 * PARTS; i++) {
      lanes score;
      whole_lanes seen;
      memcpy(&score, from + b * CK_AMX_SCORE_BLOCK + i / PARTS * 256 + i % PARTS * LANES,
             sizeof score);
      lane_mask(mask, (size_t)i * LANES, &seen);
      peaks[i] = PICK(seen & (score > peaks[i]), score, peaks[i]);
    }
  }
  float all[32], before = task->largest[row];
  memcpy(all, peaks, sizeof all);
  float peak = all[0];
  for (size_t i = 1; i < 32; i++) peak = all[i] > peak ? all[i] : peak;
  peak = peak * task->plan->call->scale;
  peak = before > peak ? before : peak;
  const float factor = task->plan->call->scale * AMX_LOG2_E, shift = peak * AMX_LOG2_E;
  for (size_t b = 0; b < task->blocks; b++) {
    uint32_t mask = task->masks[b][row];
    uint16_t *out = to + b * CK_AMX_WEIGHT_BLOCK;
    if (!mask) {
      memset(out, 0, 64);
      continue;
    }
    uint32_t bits[32];
    uint16_t rounded[32];
    AMX_UNROLL for (int i = 0; i < 2 * PARTS; i++) {
      lanes e;
      whole_lanes seen;
      memcpy(&e, from + b * CK_AMX_SCORE_BLOCK + i / PARTS * 256 + i % PARTS * LANES, sizeof e);
      e = __builtin_elementwise_fma(e, (lanes){0} + factor, (lanes){0} - shift);
      power_of_two(&e);
      lane_mask(mask, (size_t)i * LANES, &seen);
      e = PICK(seen, e, (lanes){0});
      sums[i] = sums[i] + e;
      memcpy(bits + i * LANES, &e, sizeof e);
    }
    for (size_t i = 0; i < 32; i++) rounded[i] = ck_amx_bf16(bits[i]);
    memcpy(out, rounded, 64);
  }
  float correction = 1;
  if (peak != before) {
    lanes power = (lanes){0} + (before - peak) * AMX_LOG2_E;
    power_of_two(&power);
    correction = power[0];
    float *output = task->output + row / 16 * 512 + row % 16 * 16;
    for (size_t c = 0; c < 2 * task->plan->steps; c++) {
      float *at = output + c / 2 * CK_AMX_SUMS + c % 2 * 256;
      for (size_t i = 0; i < 16; i += LANES) {
        lanes value;
        memcpy(&value, at + i, sizeof value);
        value = value * ((lanes){0} + correction);
        memcpy(at + i, &value, sizeof value);
      }
    }
  }
  float parts[16], halves[32];
  memcpy(halves, sums, sizeof halves);
  for (size_t i = 0; i < 16; i++) parts[i] = halves[i] + halves[16 + i];
  task->largest[row] = peak;
  task->total[row] = task->total[row] * correction + sum_of_16(parts);
}

CK_INLINE void mix_step(tile_state *tiles, const int tall, const uint16_t *weights,
                        const char *values) {
  (void)tiles;
  TILE_LOAD(4, weights, 64);
  TILE_LOAD(6, values, 64);
  TILE_BF16(0, 4, 6);
  TILE_LOAD(7, values + 1024, 64);
  TILE_BF16(1, 4, 7);
  if (!tall) return;
  TILE_LOAD(5, weights + 512, 64);
  TILE_BF16(2, 5, 6);
  TILE_BF16(3, 5, 7);
}

CK_INLINE void load_outputs(tile_state *tiles, const int tall, const float *out) {
  (void)tiles;
  TILE_LOAD(0, out, 64);
  TILE_LOAD(1, out + 256, 64);
  if (!tall) return;
  TILE_LOAD(2, out + 512, 64);
  TILE_LOAD(3, out + 768, 64);
}
CK_INLINE void store_outputs(tile_state *tiles, const int tall, float *out) {
  (void)tiles;
  TILE_STORE(0, out, 64);
  TILE_STORE(1, out + 256, 64);
  if (!tall) return;
  TILE_STORE(2, out + 512, 64);
  TILE_STORE(3, out + 768, 64);
}

// A block with a value that is no number: each row without what it does not see.
static void AMX_NAME(mix_strange)(ck_amx_attention_task *task, tile_state *tiles, size_t b,
                                  size_t step, float *out) {
  _Alignas(64) float mixed[CK_AMX_SUMS];
  _Alignas(64) uint16_t values[1024];
  const uint16_t *from =
      (const uint16_t *)(task->values + b * task->plan->block_bytes + step * CK_AMX_STEP_BYTES);
  float results[32][32];
  (void)tiles;
  for (size_t row = 0; row < task->rows; row++) {
    for (size_t i = 0; i < 1024; i++) {  // [2 tiles][16 pairs of keys][16 dimensions][2 keys]
      size_t key = i / 32 % 16 * 2 + i % 2;
      values[i] = task->masks[b][row] >> key & 1 ? from[i] : 0;
    }
    load_outputs(tiles, 1, out);
    mix_step(tiles, 1, task->weights + b * CK_AMX_WEIGHT_BLOCK, (const char *)values);
    store_outputs(tiles, 1, mixed);
    for (size_t half = 0; half < 2; half++)
      memcpy(results[row] + half * 16, mixed + row / 16 * 512 + half * 256 + row % 16 * 16, 64);
  }
  for (size_t row = 0; row < task->rows; row++)
    for (size_t half = 0; half < 2; half++)
      memcpy(out + row / 16 * 512 + half * 256 + row % 16 * 16, results[row] + half * 16, 64);
}

CK_INLINE void attend_span(ck_amx_attention_task *task, const int tall) {
  const ck_amx_attention *plan = task->plan;
  tile_state state, *tiles = &state;
  // Second tiles have 16 rows where they are used at all: rows behind the last hold zeros.
  TILE_CONFIGURE(tall ? 16 : task->rows, tall ? 16 : 1);
  for (size_t b = 0; b < task->blocks; b++) {
    if (!task->seen[b]) continue;
    const char *keys = task->keys + b * plan->block_bytes;
    float *out = task->scores + b * CK_AMX_SCORE_BLOCK;
    TILE_ZERO(0);
    TILE_ZERO(1);
    if (tall) {
      TILE_ZERO(2);
      TILE_ZERO(3);
    }
    for (size_t s = 0; s < plan->steps; s++)
      mix_step(tiles, tall, task->queries + s * 1024, keys + s * CK_AMX_STEP_BYTES);
    store_outputs(tiles, tall, out);
  }
  for (size_t row = 0; row < task->rows; row++) soften_row(task, row);
  for (size_t step = 0; step < plan->steps; step++) {
    float *out = task->output + step * CK_AMX_SUMS;
    load_outputs(tiles, tall, out);
    for (size_t b = 0; b < task->blocks; b++) {
      if (!task->seen[b]) continue;
      if (tall && task->strange[b]) {
        store_outputs(tiles, 1, out);
        AMX_NAME(mix_strange)(task, tiles, b, step, out);
        load_outputs(tiles, 1, out);
        continue;
      }
      mix_step(tiles, tall, task->weights + b * CK_AMX_WEIGHT_BLOCK,
               task->values + b * plan->block_bytes + step * CK_AMX_STEP_BYTES);
    }
    store_outputs(tiles, tall, out);
  }
  TILE_RELEASE();
}

static void AMX_NAME(span)(ck_amx_attention_task *task) {
  int strange = 0;
  for (size_t b = 0; b < task->blocks; b++) strange |= task->seen[b] && task->strange[b];
  if (task->rows > 16 || strange)
    attend_span(task, 1);
  else
    attend_span(task, 0);
}

const ck_amx AMX_FORM = {.int8 = AMX_INT8,
                         .round = AMX_NAME(round),
                         .region = AMX_NAME(region),
                         .few_rows = AMX_NAME(few_rows),
                         .begin_span = AMX_NAME(begin_span),
                         .span = AMX_NAME(span)};
