#include <math.h>
#include <string.h>

#include "internal.h"

// Softmax attention that never holds a row of scores: keys are taken in tiles of 64 at multiples of 64 of the key index, and
// per row a running maximum, a running sum and an unnormalised output are kept (online softmax).
//
// A task is one key head and a block of queries with all their heads of that group, some 256 rows. Inside a task:
//   for each tile of 64 keys that any row of the block sees:
//     transpose the tile's keys, copy its values                  2 x 64 x 128 floats = 64 KiB, second cache
//     for each 8 rows: scores = q k^T                             register tile 8 x 32, folded over the head dimension
//     for each row: mask, exponentials, correction of its output
//     for each 8 rows: output += p v                              register tile 8 x 48, folded over the keys
// Preparing a tile is some 3 % of the arithmetic at 256 rows. For few rows (decoding) the pass over memory is what takes time: a
// head's part of a row is 512 bytes, too short for the processor to foresee the next, so the next tile is asked for while this one
// is computed, and the values are multiplied where they lie.
//
// What a row sees of a tile is 64 bits. A tile without a bit does not touch the row, hidden scores are replaced and hidden
// values are not multiplied, so a row's bits depend on its visible keys and their places only: not on the other rows of the
// call, nor on how many keys lie behind those it sees.

enum { BLOCK_ROWS = 256, FEW_ROWS = 16 };

typedef struct {
  const ck_attention_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t group, queries_per_block, blocks;
  size_t query_words;   // words per row of the query block
  size_t value_columns; // head dimension rounded up to a vector
  size_t score_words;   // words per row of scores
  int dot;              // operands are rounded to bf16 and multiplied as such
} attention_plan;

typedef struct {
  const attention_plan *plan;
  size_t key_head, first_query, queries, rows;
  float *keys;        // [steps][64] words
  float *copied;      // the place for the tile's values, where they are copied
  const float *values;  // [64 or 32 pairs][value_stride]
  size_t value_stride;
  float *queries_in;  // [rows][query_words]
  float *scores;      // [rows][64]
  float *output;      // [rows][value_columns]
  float *spare;       // one converted row
  float largest[BLOCK_ROWS], total[BLOCK_ROWS];
  uint64_t masks[BLOCK_ROWS];
} attention_task;

static size_t inner_steps(const attention_plan *plan) {
  size_t d = plan->call->head_dimension;
  return plan->dot ? ck_divide_up(d, 2) : d;
}

// One row of queries, keys or values in the form of the tiles; pairs are padded with 0.
static void convert(const attention_plan *plan, const float *x, float *out) {
  size_t d = plan->call->head_dimension;
  if (plan->dot) {
    ((uint16_t *)out)[d | 1] = 0;
    plan->kernels->to_bf16(x, d, (uint16_t *)out);
  } else {
    memcpy(out, x, 4 * d);
  }
}

static void load_queries(attention_task *task) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension;
  for (size_t row = 0; row < task->rows; row++) {
    size_t query = task->first_query + row / plan->group, head = task->key_head * plan->group + row % plan->group;
    convert(plan, call->queries + (query * call->query_heads + head) * d, task->queries_in + row * plan->query_words);
    task->largest[row] = -INFINITY;
    task->total[row] = 0;
  }
  memset(task->output, 0, 4 * task->rows * plan->value_columns);
}

// Which keys of the tile each row sees. Returns the union.
static uint64_t load_masks(attention_task *task, size_t first_key) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t group = plan->group, stride = call->segment_count, tile_end = ck_min(first_key + CK_KEYS, call->key_count);
  const int32_t *counts = call->counts + task->first_query * stride;
  for (size_t row = 0; row < task->rows; row++) task->masks[row] = 0;
  uint64_t any = 0;
  for (size_t segment = 0; segment < stride; segment++) {
    size_t start = call->segment_starts[segment];
    if (start >= tile_end) continue;
    size_t low = start > first_key ? start - first_key : 0;
    for (size_t q = 0; q < task->queries; q++) {
      size_t end = start + (size_t)(counts[q * stride + segment] > 0 ? counts[q * stride + segment] : 0);
      if (end <= first_key + low) continue;
      size_t high = ck_min(end, tile_end) - first_key;
      uint64_t mask = ~(uint64_t)0 >> (CK_KEYS - (high - low)) << low;
      for (size_t h = 0; h < group; h++) task->masks[q * group + h] |= mask;
      any |= mask;
    }
  }
  return any;
}

static void load_keys(attention_task *task, size_t first_key, size_t count) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension, stride = call->key_heads * d, steps = inner_steps(plan);
  const float *keys = call->keys + first_key * stride + task->key_head * d;
  if (!plan->dot) {
    plan->kernels->transpose((const uint32_t *)keys, stride, count, steps, (uint32_t *)task->keys, CK_KEYS);
  } else {  // through the values' place, which is filled afterwards
    size_t words = plan->value_columns;
    for (size_t key = 0; key < count; key++) convert(plan, keys + key * stride, task->copied + key * words);
    plan->kernels->transpose((const uint32_t *)task->copied, words, count, steps, (uint32_t *)task->keys, CK_KEYS);
  }
  // Columns without a key keep whatever was there: their scores are always replaced.
}

static void load_values(attention_task *task, size_t first_key, size_t count) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension, stride = call->key_heads * d, columns = plan->value_columns;
  const float *values = call->values + first_key * stride + task->key_head * d;
  if (!plan->dot && task->rows <= FEW_ROWS && d == columns) {
    task->values = values;
    task->value_stride = stride;
    return;
  }
  task->values = task->copied;
  task->value_stride = columns;
  if (!plan->dot) {
    for (size_t key = 0; key < count; key++) {
      convert(plan, values + key * stride, task->copied + key * columns);
      memset(task->copied + key * columns + d, 0, 4 * (columns - d));
    }
    return;
  }
  uint16_t *even = (uint16_t *)task->spare, *odd = even + 2 * columns;
  memset(even, 0, 8 * columns);
  for (size_t key = 0; key < count; key += 2) {
    plan->kernels->to_bf16(values + key * stride, d, even);
    if (key + 1 < count) plan->kernels->to_bf16(values + (key + 1) * stride, d, odd);
    else memset(odd, 0, 2 * columns);
    uint32_t *out = (uint32_t *)task->copied + key / 2 * columns;
    for (size_t i = 0; i < columns; i++) out[i] = (uint32_t)odd[i] << 16 | even[i];
  }
}

// Asks for the keys or values of a tile, for few rows.
static void touch(const attention_task *task, const float *x, size_t first_key) {
  const ck_attention_call *call = task->plan->call;
  size_t d = call->head_dimension, stride = call->key_heads * d;
  if (task->rows > FEW_ROWS || first_key >= call->key_count) return;
  for (size_t key = first_key; key < ck_min(first_key + CK_KEYS, call->key_count); key++)
    for (size_t i = 0; i < d; i += 16) __builtin_prefetch(x + key * stride + task->key_head * d + i, 0, 2);
}

// Scores of the rows of one register tile, in place of `scores`; then probabilities.
static void score_rows(attention_task *task, size_t row, size_t rows) {
  const attention_plan *plan = task->plan;
  const ck_kernels *kernels = plan->kernels;
  ck_tile *tile = plan->dot ? kernels->bf16 : kernels->f32;
  for (size_t half = 0; half < CK_KEYS; half += 32)
    tile(rows, 32, inner_steps(plan), task->queries_in + row * plan->query_words, plan->query_words, task->keys + half, CK_KEYS,
         task->scores + row * plan->score_words + half, plan->score_words, 0, NULL);
  for (size_t r = row; r < row + rows; r++) {
    if (!task->masks[r]) continue;
    float *scores = task->scores + r * plan->score_words, *output = task->output + r * plan->value_columns, correction;
    float sum = kernels->softmax(scores, task->masks[r], plan->call->scale, &task->largest[r], &correction);
    task->total[r] = task->total[r] * correction + sum;
    if (correction != 1) kernels->scale(output, plan->value_columns, correction, output);
    if (plan->dot) {  // the pairs take the first half of the row's scores
      kernels->to_bf16(scores, CK_KEYS, (uint16_t *)task->spare);
      memcpy(scores, task->spare, 2 * CK_KEYS);
    }
  }
}

// output += p v over the runs of `mask`, in ascending order.
static void add_runs(attention_task *task, size_t row, size_t rows, uint64_t mask) {
  const attention_plan *plan = task->plan;
  ck_tile *tile = plan->dot ? plan->kernels->bf16 : plan->kernels->f32;
  size_t unit = plan->dot ? 2 : 1, columns = plan->value_columns;
  while (mask) {
    size_t low = (size_t)__builtin_ctzll(mask), high = CK_KEYS;
    uint64_t after = ~(mask >> low);
    if (after && low + (size_t)__builtin_ctzll(after) < CK_KEYS) high = low + (size_t)__builtin_ctzll(after);
    mask = high == CK_KEYS ? 0 : mask >> high << high;
    for (size_t column = 0; column < columns;) {
      size_t left = columns - column, width = left == 64 ? 32 : left > CK_PANEL ? CK_PANEL : left;
      tile(rows, width, (high - low) / unit, task->scores + row * plan->score_words + low / unit, plan->score_words,
           task->values + low / unit * task->value_stride + column, task->value_stride, task->output + row * columns + column, columns, 1, NULL);
      column += width;
    }
  }
}

static uint64_t whole_pairs(uint64_t mask) {
  uint64_t even = (mask | mask >> 1) & 0x5555555555555555u;
  return even | even << 1;
}

// Rows of a tile share the leading keys on which they agree; what differs is added row by row, in the same order.
static void add_values(attention_task *task, size_t row, size_t rows) {
  uint64_t masks[CK_TILE_ROWS], differing = 0;
  for (size_t r = 0; r < rows; r++) {
    masks[r] = task->plan->dot ? whole_pairs(task->masks[row + r]) : task->masks[row + r];
    differing |= masks[r] ^ masks[0];
  }
  uint64_t common = differing ? ((uint64_t)1 << __builtin_ctzll(differing)) - 1 : ~(uint64_t)0;
  add_runs(task, row, rows, masks[0] & common);
  if (differing) for (size_t r = 0; r < rows; r++) add_runs(task, row + r, 1, masks[r] & ~common);
}

static void store_output(const attention_task *task) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension;
  for (size_t row = 0; row < task->rows; row++) {
    size_t query = task->first_query + row / plan->group, head = task->key_head * plan->group + row % plan->group;
    float *out = call->output + (query * call->query_heads + head) * d;
    if (task->total[row] == 0) memset(out, 0, 4 * d);  // sees no key
    else plan->kernels->scale(task->output + row * plan->value_columns, d, 1.0f / task->total[row], out);
  }
}

static size_t task_words(const attention_plan *plan) {
  size_t rows = BLOCK_ROWS;
  return inner_steps(plan) * CK_KEYS + rows * plan->score_words +
         (CK_KEYS + rows + 2) * plan->value_columns + rows * plan->query_words + CK_KEYS;
}

static void run_task(void *context, size_t index, size_t worker) {
  attention_plan *plan = context;
  const ck_attention_call *call = plan->call;
  attention_task task = {.plan = plan, .key_head = index / plan->blocks};  // one head after the other: its keys stay in a cache
  // The last queries see the most keys under a causal mask: they go first.
  task.first_query = (plan->blocks - 1 - index % plan->blocks) * plan->queries_per_block;
  task.queries = ck_min(plan->queries_per_block, call->query_count - task.first_query);
  task.rows = task.queries * plan->group;
  task.keys = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  task.scores = task.keys + inner_steps(plan) * CK_KEYS;
  task.copied = task.scores + BLOCK_ROWS * plan->score_words;
  task.output = task.copied + CK_KEYS * plan->value_columns;
  task.queries_in = task.output + BLOCK_ROWS * plan->value_columns;
  task.spare = task.queries_in + BLOCK_ROWS * plan->query_words;
  load_queries(&task);
  for (size_t first_key = 0; first_key < call->key_count; first_key += CK_KEYS) {
    if (!load_masks(&task, first_key)) continue;
    size_t count = ck_min(CK_KEYS, call->key_count - first_key);
    touch(&task, call->values, first_key);
    load_keys(&task, first_key, count);
    touch(&task, call->keys, first_key + CK_KEYS);
    load_values(&task, first_key, count);
    for (size_t row = 0; row < task.rows; row += CK_TILE_ROWS) {
      size_t rows = ck_min(CK_TILE_ROWS, task.rows - row);
      uint64_t seen = 0;
      for (size_t r = row; r < row + rows; r++) seen |= task.masks[r];
      if (!seen) continue;
      score_rows(&task, row, rows);
      add_values(&task, row, rows);
    }
  }
  store_output(&task);
}

int ck_attention(ck_team *team, const ck_attention_call *call) {
  if (call->query_count == 0 || call->head_dimension == 0 || call->key_heads == 0) return 0;
  if (call->eager) return ck_attention_eager(team, call);
  attention_plan plan = {.call = call, .kernels = ck_team_kernels(team)};
  plan.dot = call->may_round && plan.kernels->bf16;
  plan.group = call->query_heads / call->key_heads;
  if (plan.group == 0 || plan.group > BLOCK_ROWS) return -1;
  plan.queries_per_block = BLOCK_ROWS / plan.group;
  plan.blocks = ck_divide_up(call->query_count, plan.queries_per_block);
  plan.value_columns = ck_round_up(call->head_dimension, CK_VECTOR);
  // The row distance that the tiles know as a constant, where rows fit.
  plan.query_words = plan.value_columns < CK_LEFT_STEPS ? CK_LEFT_STEPS : plan.value_columns + 16;
  plan.score_words = CK_LEFT_STEPS;
  if (ck_enter(team, 0, 4 * task_words(&plan), &plan.session) != 0) return -1;
  ck_parallel(&plan.session, plan.blocks * call->key_heads, run_task, &plan);
  ck_leave(&plan.session);
  return 0;
}
