#include <math.h>
#include <string.h>

#include "amx.h"
#include "attention_task.h"

// Softmax attention that never holds a row of all scores: keys are taken in spans of 640, and per
// row a running maximum, a running sum and an unnormalised output are kept (online softmax). A span
// is ten tiles of 64 keys, so that a crop of 577 is one; a segment that begins at a tile begins a
// new span, so that what lies before it and is hidden does not show in its sums.
//
// Where a head has more than one block of queries, its keys are first transposed and its values
// paired, tile by tile and once for all blocks, for as many heads at a time as fit in 16 MiB; a
// block alone does it for itself. A task is one key head and a block of queries with all their
// heads of that group, some 256 rows. Inside a task:
//   for each span of which any row of the block sees a key:  2 x 640 x 128 bf16 = 320 KiB,
//                                                            second cache
//     for each 8 rows:
//       for each tile: scores = q k^T                        register tile 8 x 32, folded over
//                                                            the head dimension
//       mask, exponentials, correction of the outputs,
//       once for the 8 x 640 scores                          20 KiB, first cache
//       output += p v                                        register tile 8 x 48, folded over
//                                                            the keys of the span
// A span costs each row one maximum across lanes, one correction and one sum, and each output one
// load and one store. With spans of one tile those took as long as a third of the products.
//
// For few rows (decoding) the pass over memory is what takes time. A head's part of a row is 512
// bytes, too short for the processor to foresee the next: a task takes several neighbouring heads,
// tile by tile, first the keys of a span and then its values, and asks for the next tile while it
// converts this one. In floats the values are multiplied where they lie; for one row and a bf16
// cache keys are transposed in registers only and values paired there.
//
// What a row sees of a tile is 64 bits. A tile without a bit does not touch the row, hidden scores
// are replaced and hidden values are not multiplied, so a row's bits depend on its visible keys and
// their places in the segments only: not on the other rows of the call, nor on how many keys lie
// behind those it sees.

static void choose_head(attention_task *task, size_t head) {
  size_t place = (head - task->first_head) * ck_round_up(task->rows, CK_TILE_ROWS);
  task->key_head = head;
  task->queries_in = task->all_queries + place * task->plan->form.steps;
  task->output = task->all_output + place * task->plan->form.value_columns;
  task->largest = task->all_largest + place;
  task->total = task->all_total + place;
  task->scores = task->all_scores + (task->plan->few_rows ? place * SCORE_WORDS : 0);
}

// The place in queries and output of a row. Heads are counted through all batches.
static size_t row_place(const attention_task *task, size_t row) {
  const ck_attention_call *call = task->plan->call;
  size_t group = task->plan->group, query = task->key_head / call->key_heads * call->query_count +
                                            task->first_query + row / group;
  return (query * call->query_heads + task->key_head % call->key_heads * group + row % group) *
         call->head_dimension;
}

static void load_queries(attention_task *task) {
  const attention_plan *plan = task->plan;
  size_t apart = plan->form.value_columns;
  for (size_t first = 0; first < task->rows; first += CK_TILE_ROWS) {
    size_t rows = ck_min(CK_TILE_ROWS, task->rows - first);
    for (size_t r = 0; r < rows; r++) {
      size_t row = first + r;
      if (row + CK_TILE_ROWS < task->rows) {
        const char *next =
            (const char *)(plan->call->queries + row_place(task, row + CK_TILE_ROWS));
        for (size_t i = 0; i < 4 * plan->form.head_dimension; i += 64)
          __builtin_prefetch(next + i, 0, 2);
      }
      ck_pack_row(&plan->form, plan->call->queries + row_place(task, row), task->spare + r * apart);
      task->largest[row] = -INFINITY;
      task->total[row] = 0;
    }
    plan->kernels->transpose((const uint32_t *)task->spare, apart, rows, plan->form.steps,
                             (uint32_t *)task->queries_in + first * plan->form.steps, CK_TILE_ROWS);
  }
  memset(task->output, 0, 4 * task->rows * plan->form.value_columns);
}

// The packed keys of a head of this round, tile by tile; its values lie behind them.
static float *packed_keys(const attention_plan *plan, size_t key_head) {
  return (float *)plan->session.shared +
         (key_head - plan->first_head) * plan->tiles * (plan->key_words + plan->value_words);
}

// A tile of all heads of the round: neighbours in memory follow each other.
static void pack_tile(void *context, size_t tile, size_t worker) {
  attention_plan *plan = context;
  float *spare = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  for (size_t head = plan->first_head; head < plan->first_head + plan->heads; head++) {
    float *to_keys = packed_keys(plan, head), *to_values = to_keys + plan->tiles * plan->key_words;
    ck_rows keys = ck_tile_source(plan->call, plan->call->keys, head, tile);
    ck_ask_for_next_head(plan->call, head, &keys);
    ck_load_keys(&plan->form, keys, to_keys + tile * plan->key_words, spare);
    ck_rows values = ck_tile_source(plan->call, plan->call->values, head, tile);
    ck_ask_for_next_head(plan->call, head, &values);
    ck_load_values(&plan->form, values, to_values + tile * plan->value_words);
  }
}

// A tile of the span, which asks for the next one.
static ck_rows own_tile(const attention_task *task, const void *x, size_t tile) {
  const attention_plan *plan = task->plan;
  ck_rows source = ck_tile_source(plan->call, x, task->key_head, task->first_tile + tile);
  ck_ask_for_next_tile(plan->call, task->heads, task->key_head - task->first_head,
                       task->first_tile + tile, &source);
  return source;
}

// A tile's keys go where those of the loaded tile begin, or as many tiles further.
static void load_keys(attention_task *task, size_t tile) {
  const attention_plan *plan = task->plan;
  ck_load_keys(&plan->form, own_tile(task, plan->call->keys, tile),
               task->own_keys + (tile - task->loaded_tile) * plan->key_words, task->spare);
}

static void load_values(attention_task *task, size_t tile) {
  const attention_plan *plan = task->plan;
  ck_rows source = own_tile(task, plan->call->values, tile);
  task->cached_values.rows = NULL;
  if (plan->single_row && source.count == CK_KEYS) {
    task->cached_values = source;
  } else if (plan->in_place) {
    task->values = source.rows;
    task->value_stride = source.stride;
    ck_touch_rows(&source, source.count);
  } else {
    ck_load_values(&plan->form, source,
                   task->own_values + (tile - task->loaded_tile) * plan->value_words);
  }
}

static void store_output(const attention_task *task) {
  const attention_plan *plan = task->plan;
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension;
  for (size_t row = 0; row < task->rows; row++) {
    float *out = call->output + row_place(task, row);
    if (task->total[row] == 0)
      memset(out, 0, 4 * d);  // sees no key
    else
      plan->kernels->scale(task->output + row * plan->form.value_columns, d,
                           1.0f / task->total[row], out);
  }
}

static size_t task_words(const attention_plan *plan) {
  size_t places = plan->packed ? 0 : plan->few_rows ? 1 : SPAN_TILES;
  return CK_KEYS * (plan->form.value_columns + 2) + places * (plan->key_words + plan->value_words) +
         (plan->few_rows ? BLOCK_ROWS : CK_TILE_ROWS) * SCORE_WORDS +
         BLOCK_ROWS * (plan->form.value_columns + plan->form.steps);
}

// `body` for the rows of each register tile.
#define FOR_ROWS(task, row, rows)                                               \
  for (size_t row = 0, rows;                                                    \
       row < (task)->rows && (rows = ck_min(CK_TILE_ROWS, (task)->rows - row)); \
       row += CK_TILE_ROWS)

// A span of one head and many rows: its keys and values lie ready, and each register tile of rows
// goes through all of them.
static void attend_span(attention_task *task) {
  const attention_plan *plan = task->plan;
  if (plan->packed) {
    task->keys = packed_keys(plan, task->key_head) + task->first_tile * plan->key_words;
    task->values = packed_keys(plan, task->key_head) + plan->tiles * plan->key_words +
                   task->first_tile * plan->value_words;
  } else {
    for (size_t tile = 0; tile < task->tiles; tile++)
      load_keys(task, tile), load_values(task, tile);
  }
  FOR_ROWS(task, row, rows) {
    uint64_t seen = 0;
    for (size_t tile = 0; tile < task->tiles; tile++) {
      if (!ck_seen_by(task, row, rows, tile)) continue;
      ck_score_tile(task, row, rows, tile);
      seen = 1;
    }
    if (!seen) continue;
    ck_weigh_rows(task, row, rows);
    ck_add_values(task, row, rows, 0, task->tiles);
  }
}

// A span of neighbouring heads and few rows: tile by tile, the keys of all heads first.
static void attend_span_few(attention_task *task) {
  size_t first = task->first_head, last = first + task->heads;
  for (task->loaded_tile = 0; task->loaded_tile < task->tiles; task->loaded_tile++) {
    if (!ck_seen_by(task, 0, task->rows, task->loaded_tile)) continue;
    for (size_t head = first; head < last; head++) {
      choose_head(task, head);
      ck_rows keys = own_tile(task, task->plan->call->keys, task->loaded_tile);
      if (task->plan->single_row && keys.count == CK_KEYS) {
        ck_score_single_row(task, keys, task->loaded_tile);
        continue;
      }
      load_keys(task, task->loaded_tile);
      FOR_ROWS(task, row, rows) ck_score_tile(task, row, rows, task->loaded_tile);
    }
  }
  for (size_t head = first; head < last; head++) {
    choose_head(task, head);
    ck_weigh_rows(task, 0, task->rows);
  }
  for (task->loaded_tile = 0; task->loaded_tile < task->tiles; task->loaded_tile++) {
    if (!ck_seen_by(task, 0, task->rows, task->loaded_tile)) continue;
    for (size_t head = first; head < last; head++) {
      choose_head(task, head);
      load_values(task, task->loaded_tile);
      size_t tile = task->loaded_tile;
      FOR_ROWS(task, row, rows) ck_add_values(task, row, rows, tile, tile + 1);
    }
  }
}

// How many tiles the span has that begins at a tile.
static size_t span_tiles(const attention_plan *plan, size_t first) {
  size_t end = ck_min(first + SPAN_TILES, plan->tiles);
  for (size_t i = 0; i < plan->call->segment_count; i++) {
    size_t start = plan->call->segment_starts[i];
    if (start % CK_KEYS == 0 && start / CK_KEYS > first && start / CK_KEYS < end)
      end = start / CK_KEYS;
  }
  return end - first;
}

static void run_task(void *context, size_t index, size_t worker) {
  attention_plan *plan = context;
  const ck_attention_call *call = plan->call;
  attention_task task = {.plan = plan};
  // Heads outside: a head's keys stay in a cache.
  size_t block = index / plan->blocks, first = plan->first_head + block, last = first + 1;
  if (plan->heads_per_task > 1) {  // of one batch, which has head_tasks tasks
    first = block / plan->head_tasks * call->key_heads +
            block % plan->head_tasks * plan->heads_per_task;
    last = ck_min(first + plan->heads_per_task, (block / plan->head_tasks + 1) * call->key_heads);
  }
  task.first_head = first;
  task.heads = last - first;
  // The last queries see the most keys under a causal mask: they go first.
  task.first_query = (plan->blocks - 1 - index % plan->blocks) * plan->queries_per_block;
  task.queries = ck_min(plan->queries_per_block, call->query_count - task.first_query);
  task.rows = task.queries * plan->group;
  size_t places = plan->packed ? 0 : plan->few_rows ? 1 : SPAN_TILES;
  task.spare = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  task.keys = task.own_keys = task.spare + CK_KEYS * (plan->form.value_columns + 2);
  task.values = task.own_values = task.own_keys + places * plan->key_words;
  task.value_stride = plan->form.value_columns;
  task.all_scores = task.own_values + places * plan->value_words;
  task.all_output = task.all_scores + (plan->few_rows ? BLOCK_ROWS : CK_TILE_ROWS) * SCORE_WORDS;
  task.all_queries = task.all_output + BLOCK_ROWS * plan->form.value_columns;
  for (size_t head = first; head < last; head++) {
    choose_head(&task, head);
    load_queries(&task);
  }
  for (; task.first_tile < plan->tiles; task.first_tile += task.tiles) {
    task.tiles = span_tiles(plan, task.first_tile);
    uint64_t seen = 0;
    for (size_t tile = 0; tile < task.tiles; tile++)
      seen |= ck_tile_masks(call, task.first_query, task.queries, plan->group,
                            (task.first_tile + tile) * CK_KEYS, task.masks[tile]);
    if (!seen) continue;
    if (plan->few_rows)
      attend_span_few(&task);
    else
      attend_span(&task);
  }
  for (size_t head = first; head < last; head++) {
    choose_head(&task, head);
    store_output(&task);
  }
  if (call->score_tiles) __atomic_fetch_add(call->score_tiles, task.score_tiles, __ATOMIC_RELAXED);
}

int ck_attention(ck_team *team, const ck_attention_call *call) {
  size_t heads = call->batches * call->key_heads;
  if (call->query_count == 0 || call->head_dimension == 0 || heads == 0) return 0;
  if (call->eager) return ck_attention_eager(team, call);
  attention_plan plan = {.call = call, .kernels = ck_team_kernels(team)};
  size_t d = call->head_dimension;
  plan.group = call->query_heads / call->key_heads;
  if (plan.group == 0 || plan.group > BLOCK_ROWS) return -1;
  if (call->may_round && plan.kernels->amx) return ck_attention_amx(team, call);
  plan.queries_per_block = BLOCK_ROWS / plan.group;
  plan.blocks = ck_divide_up(call->query_count, plan.queries_per_block);
  int dot = call->may_round && plan.kernels->bf16;
  plan.form = (ck_attention_form){plan.kernels, d, dot ? ck_divide_up(d, 2) : d,
                                  ck_round_up(d, CK_VECTOR), dot};
  plan.key_words = ck_round_up(plan.form.steps, CK_VECTOR) * CK_KEYS;
  plan.value_words = (dot ? CK_KEYS / 2 : CK_KEYS) * plan.form.value_columns;
  plan.tiles = ck_divide_up(call->key_count, CK_KEYS);
  plan.packed = plan.blocks > 1;
  plan.few_rows = call->query_count * plan.group <= FEW_ROWS;
  plan.in_place = plan.few_rows && !dot && d == plan.form.value_columns && call->stored == CK_F32;
  plan.single_row = dot && call->query_count * plan.group == 1 && call->stored == CK_BF16 &&
               d % 32 == 0 && d <= 256;
  plan.heads = heads;
  plan.heads_per_task = 1;
  if (plan.few_rows) {  // a task per thread, so that neighbours in memory are read by one
    size_t most = BLOCK_ROWS / ck_round_up(call->query_count * plan.group, CK_TILE_ROWS);
    plan.heads_per_task =
        ck_min(ck_min(most, call->key_heads), ck_divide_up(heads, ck_team_threads(team)));
  }
  plan.head_tasks = ck_divide_up(call->key_heads, plan.heads_per_task);
  size_t head_bytes = 4 * plan.tiles * (plan.key_words + plan.value_words);
  if (plan.packed && head_bytes)
    plan.heads = ck_min(plan.heads, head_bytes < PACKED_BYTES ? PACKED_BYTES / head_bytes : 1);
  if (ck_enter(team, plan.packed ? plan.heads * head_bytes : 0, 4 * task_words(&plan),
               &plan.session) != 0)
    return -1;
  for (size_t round = plan.heads; plan.first_head < heads; plan.first_head += round) {
    plan.heads = ck_min(round, heads - plan.first_head);
    if (plan.packed) ck_parallel(&plan.session, plan.tiles, pack_tile, &plan);
    size_t tasks = plan.heads_per_task > 1 ? call->batches * plan.head_tasks : plan.heads;
    ck_parallel(&plan.session, tasks * plan.blocks, run_task, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}
