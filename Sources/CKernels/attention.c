#include <math.h>
#include <string.h>

#include "internal.h"

// Softmax attention that never holds a row of scores: keys are taken in tiles of 64 at multiples of 64 of the key index, and
// per row a running maximum, a running sum and an unnormalised output are kept (online softmax).
//
// Where a head has more than one block of queries, its keys are first transposed and its values paired, tile by tile and once for
// all blocks, for as many heads at a time as fit in 16 MiB; a block alone does it for itself.
// A task is one key head and a block of queries with all their heads of that group, some 256 rows. Inside a task:
//   for each tile of 64 keys that any row of the block sees:      2 x 64 x 128 bf16 = 32 KiB, second cache
//     for each 8 rows: scores = q k^T                             register tile 8 x 32, folded over the head dimension
//                      mask, exponentials, correction of their outputs, in the first cache
//                      output += p v                              register tile 8 x 48, folded over the keys
// For few rows (decoding) the pass over memory is what takes time. A head's part of a row is 512 bytes, too short for the processor
// to foresee the next: a task takes several neighbouring heads, tile by tile, and asks for the next tile while it converts this
// one. In floats the values are multiplied where they lie.
//
// What a row sees of a tile is 64 bits. A tile without a bit does not touch the row, hidden scores are replaced and hidden
// values are not multiplied, so a row's bits depend on its visible keys and their places only: not on the other rows of the
// call, nor on how many keys lie behind those it sees.

enum { BLOCK_ROWS = 256, FEW_ROWS = 16, PACKED_BYTES = 16 << 20, SCORE_WORDS = CK_LEFT_STEPS };

typedef struct {
  const ck_attention_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t group, queries_per_block, blocks;
  ck_attention_form form;
  size_t key_words, value_words;  // of a tile
  size_t tiles;         // of keys
  size_t first_head, heads;       // of this round; all of them unless packed
  size_t heads_per_task;
  int few;              // a block has few rows: bound by memory
  int in_place;         // values are multiplied where they lie
  int packed;           // keys and values of the round lie ready in the session's shared memory
} attention_plan;

typedef struct {
  const attention_plan *plan;
  size_t key_head, first_query, queries, rows;  // the head at work
  float *own_keys, *own_values;  // the places for a tile that is not packed
  const float *keys;    // [steps][64] words
  const float *values;  // [64 or 32 pairs][value_stride]
  size_t value_stride;
  float *scores;        // [8][SCORE_WORDS]
  float *spare;         // [64][value_columns + 2], rows on their way
  float *queries_in;    // [rows / 8][steps][8]
  float *output;        // [rows][value_columns]
  float *largest, *total;  // [rows]
  uint64_t masks[BLOCK_ROWS];
  float *all_queries, *all_output;  // of all heads of the task, rows rounded up to 8 for each
  float all_largest[BLOCK_ROWS], all_total[BLOCK_ROWS];
} attention_task;

static void choose_head(attention_task *task, size_t first, size_t head) {
  size_t place = (head - first) * ck_round_up(task->rows, CK_TILE_ROWS);
  task->key_head = head;
  task->queries_in = task->all_queries + place * task->plan->form.steps;
  task->output = task->all_output + place * task->plan->form.value_columns;
  task->largest = task->all_largest + place;
  task->total = task->all_total + place;
}

// The place in queries and output of a row. Heads are counted through all batches.
static size_t row_place(const attention_task *task, size_t row) {
  const ck_attention_call *call = task->plan->call;
  size_t group = task->plan->group, query = task->key_head / call->key_heads * call->query_count + task->first_query + row / group;
  return (query * call->query_heads + task->key_head % call->key_heads * group + row % group) * call->head_dimension;
}

static void load_queries(attention_task *task) {
  const attention_plan *plan = task->plan;
  size_t apart = plan->form.value_columns;
  for (size_t first = 0; first < task->rows; first += CK_TILE_ROWS) {
    size_t rows = ck_min(CK_TILE_ROWS, task->rows - first);
    for (size_t r = 0; r < rows; r++) {
      size_t row = first + r;
      ck_pack_row(&plan->form, plan->call->queries + row_place(task, row), task->spare + r * apart);
      task->largest[row] = -INFINITY;
      task->total[row] = 0;
    }
    plan->kernels->transpose((const uint32_t *)task->spare, apart, rows, plan->form.steps, (uint32_t *)task->queries_in + first * plan->form.steps,
                             CK_TILE_ROWS);
  }
  memset(task->output, 0, 4 * task->rows * plan->form.value_columns);
}

// The packed keys and values of a tile of this round.
static float *packed_tile(const attention_plan *plan, size_t key_head, size_t tile) {
  return (float *)plan->session.shared + ((key_head - plan->first_head) * plan->tiles + tile) * (plan->key_words + plan->value_words);
}

static void pack_tile(void *context, size_t index, size_t worker) {
  attention_plan *plan = context;
  size_t key_head = plan->first_head + index / plan->tiles, tile = index % plan->tiles;
  float *out = packed_tile(plan, key_head, tile), *spare = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  ck_load_keys(&plan->form, ck_tile_source(plan->call, plan->call->keys, key_head, tile, 0), out, spare);
  ck_load_values(&plan->form, ck_tile_source(plan->call, plan->call->values, key_head, tile, 0), out + plan->key_words);
}

// The probabilities of the rows of one register tile, in place of `scores`; `seen` is what any of them sees.
static void score_rows(attention_task *task, size_t row, size_t rows, uint64_t seen) {
  const attention_plan *plan = task->plan;
  const ck_kernels *kernels = plan->kernels;
  ck_tile *tile = plan->form.dot ? kernels->bf16 : kernels->f32;
  for (size_t half = 0; half < CK_KEYS; half += 32)
    if (seen >> half & 0xffffffff)
      tile(rows, 32, plan->form.steps, task->queries_in + row * plan->form.steps, CK_INTERLEAVED, task->keys + half, CK_KEYS,
           task->scores + half, SCORE_WORDS, 0, NULL);
  for (size_t r = 0; r < rows; r++) {
    if (!task->masks[row + r]) continue;
    float *scores = task->scores + r * SCORE_WORDS, *output = task->output + (row + r) * plan->form.value_columns, correction;
    float sum = kernels->softmax(scores, task->masks[row + r], plan->call->scale, &task->largest[row + r], &correction);
    task->total[row + r] = task->total[row + r] * correction + sum;
    if (correction != 1) kernels->scale(output, plan->form.value_columns, correction, output);
    if (plan->form.dot) kernels->to_bf16(scores, CK_KEYS, (uint16_t *)scores);  // in place: each vector is read before it is written
  }
}

// output += p v over the runs of `mask`, in ascending order.
static void add_runs(attention_task *task, size_t row, size_t rows, uint64_t mask) {
  const attention_plan *plan = task->plan;
  ck_tile *tile = plan->form.dot ? plan->kernels->bf16 : plan->kernels->f32;
  size_t unit = plan->form.dot ? 2 : 1, columns = plan->form.value_columns;
  while (mask) {
    size_t low = (size_t)__builtin_ctzll(mask), high = CK_KEYS;
    uint64_t after = ~(mask >> low);
    if (after && low + (size_t)__builtin_ctzll(after) < CK_KEYS) high = low + (size_t)__builtin_ctzll(after);
    mask = high == CK_KEYS ? 0 : mask >> high << high;
    for (size_t column = 0; column < columns;) {
      size_t left = columns - column, width = left == 64 ? 32 : left > CK_PANEL ? CK_PANEL : left;
      tile(rows, width, (high - low) / unit, task->scores + row % CK_TILE_ROWS * SCORE_WORDS + low / unit, SCORE_WORDS,
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
    masks[r] = task->plan->form.dot ? whole_pairs(task->masks[row + r]) : task->masks[row + r];
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
    float *out = call->output + row_place(task, row);
    if (task->total[row] == 0) memset(out, 0, 4 * d);  // sees no key
    else plan->kernels->scale(task->output + row * plan->form.value_columns, d, 1.0f / task->total[row], out);
  }
}

// The keys and values of a tile: packed, where the values lie, or in the task's own places.
static void load_tile(attention_task *task, size_t tile) {
  const attention_plan *plan = task->plan;
  task->value_stride = plan->form.value_columns;
  if (plan->packed) {
    task->keys = packed_tile(plan, task->key_head, tile);
    task->values = task->keys + plan->key_words;
    return;
  }
  ck_load_keys(&plan->form, ck_tile_source(plan->call, plan->call->keys, task->key_head, tile, plan->few), task->own_keys, task->spare);
  ck_rows values = ck_tile_source(plan->call, plan->call->values, task->key_head, tile, plan->few);
  task->keys = task->own_keys;
  task->values = plan->in_place ? values.rows : task->own_values;
  if (plan->in_place) task->value_stride = ck_touch_next(values);
  else ck_load_values(&plan->form, values, task->own_values);
}

static size_t task_words(const attention_plan *plan) {
  return CK_KEYS * (plan->form.value_columns + 2) + plan->key_words + plan->value_words + CK_TILE_ROWS * SCORE_WORDS +
         BLOCK_ROWS * (plan->form.value_columns + plan->form.steps);
}

static void attend_tile(attention_task *task) {
  for (size_t row = 0; row < task->rows; row += CK_TILE_ROWS) {
    size_t rows = ck_min(CK_TILE_ROWS, task->rows - row);
    uint64_t seen = 0;
    for (size_t r = row; r < row + rows; r++) seen |= task->masks[r];
    if (!seen) continue;
    score_rows(task, row, rows, seen);
    add_values(task, row, rows);
  }
}

static void run_task(void *context, size_t index, size_t worker) {
  attention_plan *plan = context;
  const ck_attention_call *call = plan->call;
  attention_task task = {.plan = plan};
  // Heads outside: a head's keys stay in a cache.
  size_t first = plan->first_head + index / plan->blocks * plan->heads_per_task;
  size_t last = ck_min(first + plan->heads_per_task, plan->first_head + plan->heads);
  // The last queries see the most keys under a causal mask: they go first.
  task.first_query = (plan->blocks - 1 - index % plan->blocks) * plan->queries_per_block;
  task.queries = ck_min(plan->queries_per_block, call->query_count - task.first_query);
  task.rows = task.queries * plan->group;
  task.spare = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  task.own_keys = task.spare + CK_KEYS * (plan->form.value_columns + 2);
  task.own_values = task.own_keys + plan->key_words;
  task.scores = task.own_values + plan->value_words;
  task.all_output = task.scores + CK_TILE_ROWS * SCORE_WORDS;
  task.all_queries = task.all_output + BLOCK_ROWS * plan->form.value_columns;
  for (size_t head = first; head < last; head++) {
    choose_head(&task, first, head);
    load_queries(&task);
  }
  for (size_t tile = 0; tile < plan->tiles; tile++) {
    if (!ck_tile_masks(call, task.first_query, task.queries, plan->group, tile * CK_KEYS, task.masks)) continue;
    for (size_t head = first; head < last; head++) {
      choose_head(&task, first, head);
      load_tile(&task, tile);
      attend_tile(&task);
    }
  }
  for (size_t head = first; head < last; head++) {
    choose_head(&task, first, head);
    store_output(&task);
  }
}

int ck_attention(ck_team *team, const ck_attention_call *call) {
  size_t heads = call->batches * call->key_heads;
  if (call->query_count == 0 || call->head_dimension == 0 || heads == 0) return 0;
  if (call->eager) return ck_attention_eager(team, call);
  attention_plan plan = {.call = call, .kernels = ck_team_kernels(team)};
  size_t d = call->head_dimension;
  plan.group = call->query_heads / call->key_heads;
  if (plan.group == 0 || plan.group > BLOCK_ROWS) return -1;
  plan.queries_per_block = BLOCK_ROWS / plan.group;
  plan.blocks = ck_divide_up(call->query_count, plan.queries_per_block);
  int dot = call->may_round && plan.kernels->bf16;
  plan.form = (ck_attention_form){plan.kernels, d, dot ? ck_divide_up(d, 2) : d, ck_round_up(d, CK_VECTOR), dot};
  plan.key_words = ck_round_up(plan.form.steps, CK_VECTOR) * CK_KEYS;
  plan.value_words = (dot ? CK_KEYS / 2 : CK_KEYS) * plan.form.value_columns;
  plan.tiles = ck_divide_up(call->key_count, CK_KEYS);
  plan.packed = plan.blocks > 1;
  plan.few = call->query_count * plan.group <= FEW_ROWS;
  plan.in_place = plan.few && !dot && d == plan.form.value_columns && call->stored == CK_F32;
  plan.heads = heads;
  plan.heads_per_task = 1;
  if (plan.few) {  // two tasks per thread, so that neighbours in memory are read by one
    size_t most = BLOCK_ROWS / ck_round_up(call->query_count * plan.group, CK_TILE_ROWS);
    plan.heads_per_task = ck_min(most, ck_divide_up(heads, 2 * ck_team_threads(team)));
  }
  size_t head_bytes = 4 * plan.tiles * (plan.key_words + plan.value_words);
  if (plan.packed && head_bytes) plan.heads = ck_min(plan.heads, head_bytes < PACKED_BYTES ? PACKED_BYTES / head_bytes : 1);
  if (ck_enter(team, plan.packed ? plan.heads * head_bytes : 0, 4 * task_words(&plan), &plan.session) != 0) return -1;
  for (size_t round = plan.heads; plan.first_head < heads; plan.first_head += round) {
    plan.heads = ck_min(round, heads - plan.first_head);
    if (plan.packed) ck_parallel(&plan.session, plan.heads * plan.tiles, pack_tile, &plan);
    ck_parallel(&plan.session, ck_divide_up(plan.heads, plan.heads_per_task) * plan.blocks, run_task, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}
