#include <math.h>
#include <string.h>

#include "amx.h"

// Attention of bf16 with tiles. A task is 32 rows of a key head: queries with all their heads of
// its group, one after the other.
//   for each span of 16 blocks of 32 keys of which any row sees one:
//     scores = q k^T      2 x 2 tiles for each block, a step for each 32 dimensions
//     softmax             a row at a time; probabilities rounded to bf16, running maximum and sum
//     output += p v       2 x 2 tiles for each 32 dimensions, a step for each block
// Keys and values of a block are brought into B tiles: keys [step][2][16 pairs of dimensions][16
// keys], values [step][2][16 pairs of keys][16 dimensions]; zeros where there is no key or
// dimension. Where a head has several tasks that is done once for all of them, for as many heads at
// a time as fit in 16 MiB; one task alone does it for itself. Blocks and spans lie at fixed places,
// so a row's bits depend on the keys it sees and their places only.

enum { BLOCK_ROWS = 32, PACKED_BYTES = 16 << 20 };

// A head's rows of keys or values of one block as bf16, [32][32 * steps], and whether one is no
// number.
static int load_rows(const ck_amx_attention *plan, const void *x, size_t head, size_t block,
                     uint16_t *out) {
  const ck_attention_call *call = plan->call;
  size_t d = call->head_dimension, columns = 32 * plan->steps, first = block * CK_AMX_KEYS;
  size_t count = ck_min(CK_AMX_KEYS, call->key_count - first), stride = call->key_heads * d;
  size_t place =
      (head / call->key_heads * call->key_count + first) * stride + head % call->key_heads * d;
  uint32_t strange = 0;
  if (count < CK_AMX_KEYS || d < columns) memset(out, 0, 2 * CK_AMX_KEYS * columns);
  for (size_t key = 0; key < count; key++) {
    uint16_t *row = out + key * columns;
    if (call->stored == CK_BF16) {
      memcpy(row, (const uint16_t *)x + place + key * stride, 2 * d);
    } else {
      const float *from = (const float *)x + place + key * stride;
      for (size_t i = 0; i < d; i++) {
        uint32_t bits;
        memcpy(&bits, &from[i], 4);
        row[i] = ck_amx_bf16(bits);
      }
    }
    for (size_t i = 0; i < d; i++) strange |= (row[i] & 0x7f80u) == 0x7f80u;
  }
  return strange != 0;
}

static void pack_keys(const ck_amx_attention *plan, size_t head, size_t block, uint16_t *rows,
                      char *out) {
  size_t words = 16 * plan->steps;
  load_rows(plan, plan->call->keys, head, block, rows);
  for (size_t step = 0; step < plan->steps; step++)
    for (size_t half = 0; half < 2; half++)
      plan->kernels->transpose((const uint32_t *)rows + half * 16 * words + step * 16, words, 16,
                               16, (uint32_t *)(out + step * CK_AMX_STEP_BYTES + half * 1024), 16);
}

static int pack_values(const ck_amx_attention *plan, size_t head, size_t block, uint16_t *rows,
                       char *out) {
  size_t columns = 32 * plan->steps;
  int strange = load_rows(plan, plan->call->values, head, block, rows);
  for (size_t column = 0; column < columns; column += 16) {
    uint32_t *tile = (uint32_t *)(out + column * 64);
    for (size_t pair = 0; pair < 16; pair++) {
      const uint16_t *even = rows + 2 * pair * columns + column, *odd = even + columns;
      for (size_t i = 0; i < 16; i++) tile[pair * 16 + i] = even[i] | (uint32_t)odd[i] << 16;
    }
  }
  return strange;
}

// The packed keys of a head of this round, block by block; its values lie behind them.
static char *packed_keys(const ck_amx_attention *plan, size_t head) {
  return plan->session.shared +
         (head - plan->first_head) * 2 * plan->key_blocks * plan->block_bytes;
}

static size_t row_bytes(const ck_amx_attention *plan) {
  return ck_round_up(2 * CK_AMX_KEYS * 32 * plan->steps, 64);
}

static void pack_block(void *context, size_t index, size_t worker) {
  const ck_amx_attention *plan = context;
  size_t head = plan->first_head + index / plan->key_blocks, block = index % plan->key_blocks;
  uint16_t *rows = (uint16_t *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  char *keys = packed_keys(plan, head), *values = keys + plan->key_blocks * plan->block_bytes;
  pack_keys(plan, head, block, rows, keys + block * plan->block_bytes);
  plan->strange[index] =
      (unsigned char)pack_values(plan, head, block, rows, values + block * plan->block_bytes);
}

// The place in queries and output of a row of a head. Heads are counted through all batches.
static size_t row_place(const ck_amx_attention *plan, size_t head, size_t row) {
  const ck_attention_call *call = plan->call;
  size_t query = head / call->key_heads * call->query_count + row / plan->group;
  return (query * call->query_heads + head % call->key_heads * plan->group + row % plan->group) *
         call->head_dimension;
}

static void load_queries(ck_amx_attention_task *task) {
  const ck_amx_attention *plan = task->plan;
  size_t d = plan->call->head_dimension;
  memset(task->queries, 0, plan->steps * CK_AMX_STEP_BYTES);
  for (size_t row = 0; row < task->rows; row++)
    plan->kernels->amx->round(
        plan->call->queries + row_place(plan, task->head, task->first_row + row), d,
        (char *)task->queries + row * 64);
}

// What the rows see of the span that begins at a block. Returns the tiles of 8 rows by 64 keys of
// which one is seen.
static size_t load_masks(ck_amx_attention_task *task, size_t first_block) {
  const ck_amx_attention *plan = task->plan;
  size_t first_query = task->first_row / plan->group,
         last_query = (task->first_row + task->rows - 1) / plan->group, tiles = 0;
  uint64_t masks[BLOCK_ROWS];
  memset(task->masks, 0, sizeof task->masks);
  memset(task->seen, 0, sizeof task->seen);
  for (size_t b = 0; b < task->blocks; b += 2) {
    ck_tile_masks(plan->call, first_query, last_query - first_query + 1, 1,
                  (first_block + b) * CK_AMX_KEYS, masks);
    for (size_t row = 0; row < task->rows; row++) {
      uint64_t mask = masks[(task->first_row + row) / plan->group - first_query];
      task->masks[b][row] = (uint32_t)mask;
      task->seen[b] |= (uint32_t)mask;
      task->masks[b + 1][row] = (uint32_t)(mask >> 32);
      task->seen[b + 1] |= (uint32_t)(mask >> 32);
    }
    if (task->seen[b] || task->seen[b + 1]) tiles += ck_divide_up(task->rows, CK_TILE_ROWS);
  }
  return tiles;
}

static void store_outputs(const ck_amx_attention_task *task) {
  const ck_amx_attention *plan = task->plan;
  size_t d = plan->call->head_dimension;
  for (size_t row = 0; row < task->rows; row++) {
    float *out = plan->call->output + row_place(plan, task->head, task->first_row + row);
    const float *from = task->output + row / 16 * 512 + row % 16 * 16;
    if (task->total[row] == 0) {  // sees no key
      memset(out, 0, 4 * d);
      continue;
    }
    for (size_t column = 0; column < d; column += 16)
      plan->kernels->scale(from + column / 32 * CK_AMX_SUMS + column / 16 % 2 * 256,
                           ck_min(16, d - column), 1.0f / task->total[row], out + column);
  }
}

static size_t task_bytes(const ck_amx_attention *plan) {
  size_t own = plan->packed ? 0 : 2 * CK_AMX_SPAN * plan->block_bytes;
  return row_bytes(plan) + plan->steps * (CK_AMX_STEP_BYTES + 4 * CK_AMX_SUMS) +
         CK_AMX_SPAN * (4 * CK_AMX_SCORE_BLOCK + 2 * CK_AMX_WEIGHT_BLOCK) + own;
}

static void run_task(void *context, size_t index, size_t worker) {
  const ck_amx_attention *plan = context;
  const ck_amx *amx = plan->kernels->amx;
  ck_amx_attention_task task = {.plan = plan, .head = plan->first_head + index / plan->row_blocks};
  // The last queries see the most keys under a causal mask: they go first.
  task.first_row = (plan->row_blocks - 1 - index % plan->row_blocks) * BLOCK_ROWS;
  task.rows = ck_min(BLOCK_ROWS, plan->head_rows - task.first_row);
  char *place = plan->session.scratch + worker * plan->session.bytes_per_thread;
  uint16_t *rows = (uint16_t *)place;
  task.queries = (uint16_t *)(place += row_bytes(plan));
  task.output = (float *)(place += plan->steps * CK_AMX_STEP_BYTES);
  task.scores = (float *)(place += 4 * plan->steps * CK_AMX_SUMS);
  task.weights = (uint16_t *)(place += 4 * CK_AMX_SPAN * CK_AMX_SCORE_BLOCK);
  char *own = place + 2 * CK_AMX_SPAN * CK_AMX_WEIGHT_BLOCK;
  unsigned char strange[CK_AMX_SPAN];
  size_t tiles = 0;
  unsigned before = ck_amx_enter();
  memset(task.weights, 0, 2 * CK_AMX_SPAN * CK_AMX_WEIGHT_BLOCK);
  load_queries(&task);
  amx->begin_span(&task);
  for (size_t first = 0; first < plan->key_blocks; first += CK_AMX_SPAN) {
    task.blocks = ck_min(CK_AMX_SPAN, plan->key_blocks - first);
    size_t seen = load_masks(&task, first);
    tiles += seen;
    if (!seen) continue;
    if (plan->packed) {
      task.keys = packed_keys(plan, task.head) + first * plan->block_bytes;
      task.values = task.keys + plan->key_blocks * plan->block_bytes;
      task.strange = plan->strange + (task.head - plan->first_head) * plan->key_blocks + first;
    } else {
      task.keys = own;
      task.values = own + CK_AMX_SPAN * plan->block_bytes;
      task.strange = strange;
      for (size_t b = 0; b < task.blocks; b++) {
        if (!task.seen[b]) continue;
        pack_keys(plan, task.head, first + b, rows, task.keys + b * plan->block_bytes);
        strange[b] = (unsigned char)pack_values(plan, task.head, first + b, rows,
                                                task.values + b * plan->block_bytes);
      }
    }
    amx->span(&task);
  }
  store_outputs(&task);
  ck_amx_leave(before);
  if (plan->call->score_tiles) __atomic_fetch_add(plan->call->score_tiles, tiles, __ATOMIC_RELAXED);
}

int ck_attention_amx(ck_team *team, const ck_attention_call *call) {
  ck_amx_attention plan = {
      .call = call, .kernels = ck_team_kernels(team), .group = call->query_heads / call->key_heads};
  size_t heads = call->batches * call->key_heads;
  plan.head_rows = call->query_count * plan.group;
  plan.row_blocks = ck_divide_up(plan.head_rows, BLOCK_ROWS);
  plan.steps = ck_divide_up(call->head_dimension, 32);
  plan.block_bytes = plan.steps * CK_AMX_STEP_BYTES;
  plan.key_blocks = ck_divide_up(call->key_count, CK_AMX_KEYS);
  plan.packed = plan.row_blocks > 1;
  size_t round = heads, head_bytes = 2 * plan.key_blocks * plan.block_bytes, shared = 0;
  if (plan.packed && head_bytes)
    round = ck_min(heads, head_bytes < PACKED_BYTES ? PACKED_BYTES / head_bytes : 1);
  if (plan.packed) shared = round * (head_bytes + ck_round_up(plan.key_blocks, 64));
  if (ck_enter(team, shared, task_bytes(&plan), &plan.session) != 0) return -1;
  plan.strange = (unsigned char *)plan.session.shared + round * head_bytes;
  for (; plan.first_head < heads; plan.first_head += round) {
    plan.heads = ck_min(round, heads - plan.first_head);
    if (plan.packed) ck_parallel(&plan.session, plan.heads * plan.key_blocks, pack_block, &plan);
    ck_parallel(&plan.session, plan.heads * plan.row_blocks, run_task, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}
