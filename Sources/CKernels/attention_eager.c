#include <math.h>
#include <string.h>

#include "internal.h"

// Attention as it is written in papers, and as PyTorch's eager mode computes it: every score of a
// head, hidden ones too, is computed and kept; whole rows go through the softmax; every value is
// multiplied, by 0 where its key is hidden. It is the oracle of attention.c, and what that saves is
// measured against it.
//
// One query head after the other:
//   keys are transposed in tiles of 64, values copied   2 x keys x 128 floats
//   scores = q k^T        [queries, keys], some 34 MB   register tile 8 x 32,
//                         for 2,930                     folded over the head dimension
//   softmax of each row   in place, with the row's true maximum
//   output = p v                                        register tile 8 x 48, folded over all keys
// Threads share blocks of 64 rows within each of these passes. Hidden values must be finite, since
// 0 times infinity is not 0. A row's fold over the keys runs in ascending order and hidden keys add
// 0, so its bits depend on the keys it sees only.

enum { BLOCK_ROWS = 64 };

typedef struct {
  const ck_attention_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t head;           // of the queries
  size_t tiles;          // of 64 keys
  size_t value_columns;  // head dimension rounded up to a vector
  size_t score_words;    // words per row of scores
  float *keys;           // [tiles][head_dimension][64]
  float *values;         // [64 * tiles][value_columns]
  float *scores;         // [query_count][score_words]
  float *output;         // [query_count][value_columns]
} eager_plan;

static void load_tile(void *context, size_t tile, size_t worker) {
  (void)worker;
  eager_plan *plan = context;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension, stride = call->key_heads * d, first = tile * CK_KEYS,
         columns = plan->value_columns;
  size_t count = ck_min(CK_KEYS, call->key_count - first);
  size_t source = first * stride + plan->head / (call->query_heads / call->key_heads) * d;
  float *keys = plan->keys + first * d, *values = plan->values + first * columns;
  if (count < CK_KEYS) memset(keys, 0, 4 * CK_KEYS * d);
  plan->kernels->transpose((const uint32_t *)call->keys + source, stride, count, d,
                           (uint32_t *)keys, CK_KEYS);
  memset(values, 0, 4 * CK_KEYS * columns);
  for (size_t key = 0; key < count; key++)
    memcpy(values + key * columns, (const float *)call->values + source + key * stride, 4 * d);
}

static void score_block(void *context, size_t block, size_t worker) {
  (void)worker;
  eager_plan *plan = context;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension, stride = call->query_heads * d,
         end = ck_min((block + 1) * BLOCK_ROWS, call->query_count);
  for (size_t column = 0; column < plan->tiles * CK_KEYS; column += 32)
    for (size_t row = block * BLOCK_ROWS; row < end; row += CK_TILE_ROWS)
      plan->kernels->f32(
          ck_min(CK_TILE_ROWS, end - row), 32, d, call->queries + row * stride + plan->head * d,
          stride, plan->keys + column / CK_KEYS * d * CK_KEYS + column % CK_KEYS, CK_KEYS,
          plan->scores + row * plan->score_words + column, plan->score_words, 0, NULL);
}

static uint64_t tile_mask(const ck_attention_call *call, size_t query, size_t tile) {
  uint64_t mask;
  return ck_tile_masks(call, query, 1, 1, tile * CK_KEYS, &mask);
}

static float largest_score(const float *scores, uint64_t mask, float largest) {
  if (mask == ~(uint64_t)0) {  // lanes that the compiler makes vectors of
    float lanes[CK_VECTOR];
    for (size_t i = 0; i < CK_VECTOR; i++) lanes[i] = largest;
    for (size_t key = 0; key < CK_KEYS; key += CK_VECTOR)
      for (size_t i = 0; i < CK_VECTOR; i++)
        lanes[i] = scores[key + i] > lanes[i] ? scores[key + i] : lanes[i];
    for (size_t i = 0; i < CK_VECTOR; i++) largest = lanes[i] > largest ? lanes[i] : largest;
    return largest;
  }
  for (; mask; mask &= mask - 1) {
    float score = scores[__builtin_ctzll(mask)];
    if (score > largest) largest = score;
  }
  return largest;
}

static void softmax_block(void *context, size_t block, size_t worker) {
  (void)worker;
  eager_plan *plan = context;
  const ck_attention_call *call = plan->call;
  size_t end = ck_min((block + 1) * BLOCK_ROWS, call->query_count);
  for (size_t row = block * BLOCK_ROWS; row < end; row++) {
    float *scores = plan->scores + row * plan->score_words, largest = -INFINITY, total = 0,
          correction;
    for (size_t tile = 0; tile < plan->tiles; tile++)
      largest = largest_score(scores + tile * CK_KEYS, tile_mask(call, row, tile), largest);
    largest *= call->scale;
    for (size_t tile = 0; tile < plan->tiles; tile++) {
      uint64_t mask = tile_mask(call, row, tile);
      if (mask)
        total += plan->kernels->softmax(scores + tile * CK_KEYS, &mask, 1, 1, call->scale, &largest,
                                        &correction);
      else
        memset(scores + tile * CK_KEYS, 0, 4 * CK_KEYS);
    }
    if (total != 0) plan->kernels->scale(scores, plan->tiles * CK_KEYS, 1.0f / total, scores);
  }
}

static void weigh_block(void *context, size_t block, size_t worker) {
  (void)worker;
  eager_plan *plan = context;
  const ck_attention_call *call = plan->call;
  size_t columns = plan->value_columns, d = call->head_dimension,
         end = ck_min((block + 1) * BLOCK_ROWS, call->query_count);
  for (size_t column = 0; column < columns;) {
    size_t left = columns - column, width = left == 64 ? 32 : ck_min(left, CK_PANEL);
    for (size_t row = block * BLOCK_ROWS; row < end; row += CK_TILE_ROWS)
      plan->kernels->f32(ck_min(CK_TILE_ROWS, end - row), width, plan->tiles * CK_KEYS,
                         plan->scores + row * plan->score_words, plan->score_words,
                         plan->values + column, columns, plan->output + row * columns + column,
                         columns, 0, NULL);
    column += width;
  }
  for (size_t row = block * BLOCK_ROWS; row < end; row++)
    memcpy(call->output + (row * call->query_heads + plan->head) * d, plan->output + row * columns,
           4 * d);
}

static int attend(ck_team *team, const ck_attention_call *call) {
  eager_plan plan = {.call = call,
                     .kernels = ck_team_kernels(team),
                     .tiles = ck_divide_up(call->key_count, CK_KEYS)};
  size_t keys = plan.tiles * CK_KEYS, d = call->head_dimension,
         blocks = ck_divide_up(call->query_count, BLOCK_ROWS);
  plan.value_columns = ck_round_up(d, CK_VECTOR);
  plan.score_words = keys + CK_VECTOR;
  size_t key_words = ck_round_up(keys * d, CK_VECTOR), value_words = keys * plan.value_columns;
  size_t score_words = call->query_count * plan.score_words,
         words = key_words + value_words + score_words;
  if (ck_enter(team, 4 * (words + call->query_count * plan.value_columns), 0, &plan.session) != 0)
    return -1;
  plan.keys = (float *)plan.session.shared;
  plan.values = plan.keys + key_words;
  plan.scores = plan.values + value_words;
  plan.output = plan.scores + score_words;
  for (plan.head = 0; plan.head < call->query_heads; plan.head++) {
    ck_parallel(&plan.session, plan.tiles, load_tile, &plan);
    ck_parallel(&plan.session, blocks, score_block, &plan);
    ck_parallel(&plan.session, blocks, softmax_block, &plan);
    ck_parallel(&plan.session, blocks, weigh_block, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}

int ck_attention_eager(ck_team *team, const ck_attention_call *call) {
  ck_attention_call one = *call;
  size_t d = call->head_dimension, queries = call->query_count * call->query_heads * d,
         keys = call->key_count * call->key_heads * d;
  for (size_t batch = 0; batch < call->batches; batch++) {
    if (attend(team, &one) != 0) return -1;
    one.queries += queries;
    one.output += queries;
    one.keys = (const float *)one.keys + keys;
    one.values = (const float *)one.values + keys;
  }
  return 0;
}
