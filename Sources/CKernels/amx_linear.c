#include <string.h>

#include "amx.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// y = x W^T with tiles: how the work is cut, and what follows a product. The products are in
// amx_linear_body.h.

enum {
  TASK_ROWS = 384,
  TASK_COLUMNS = 576,
  FEW_ROWS = 16,
  TASKS_PER_THREAD = 8,
  MXCSR_FLUSH = 0x8040
};

unsigned ck_amx_enter(void) {
#if defined(__x86_64__)
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | MXCSR_FLUSH);
  return before;
#else
  return 0;
#endif
}

void ck_amx_leave(unsigned before) {
#if defined(__x86_64__)
  _mm_setcsr(before);
#else
  (void)before;
#endif
}

// 32 rows of x into tiles; rows behind the last are zeros.
static void convert_pair(void *context, size_t pair, size_t worker) {
  const ck_amx_linear *plan = context;
  const ck_linear_call *call = plan->call;
  size_t inputs = call->weights->inputs, rows = ck_min(32, call->rows - pair * 32),
         per_block = plan->unit * CK_AMX_STEPS;
  uint8_t *bytes = (uint8_t *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  for (size_t block = 0; block < plan->blocks; block++) {
    size_t first = block * per_block, count = ck_min(per_block, inputs - first);
    char *to = plan->left + (block * plan->pairs + pair) * CK_AMX_PAIR_BYTES;
    if (rows < 32) memset(to, 0, CK_AMX_PAIR_BYTES);
    // Rows from 16 on fall into the second tile by themselves.
    for (size_t row = 0; row < rows; row++) {
      const float *x = call->x + (pair * 32 + row) * inputs + first;
      if (!plan->int8) {
        plan->kernels->amx->round(x, count, to + row * 64);
        continue;
      }
      plan->left_scales[block * plan->pairs * 32 + pair * 32 + row] =
          plan->kernels->quantise(x, count, bytes);
      memset(bytes + count, 0, ck_round_up(count, 64) - count);
      for (size_t i = 0; i < count; i += 64)
        memcpy(to + i / 64 * CK_AMX_STEP_BYTES + row * 64, bytes + i, 64);
    }
  }
}

void ck_amx_finish(const ck_amx_linear *plan, const float *sums, const float *gate, size_t row,
                   size_t rows, size_t tile, size_t tiles) {
  const ck_linear_call *call = plan->call;
  const ck_kernels *kernels = plan->kernels;
  size_t outputs = call->weights->outputs, column = tile * CK_VECTOR;
  if (column >= outputs) return;
  size_t count = ck_min(tiles * CK_VECTOR, outputs - column);
  _Alignas(64) float line[2 * CK_VECTOR], gates[2 * CK_VECTOR];
  for (size_t r = 0; r < rows; r++) {
    size_t place = r / 16 * 512 + r % 16 * 16, at = (row + r) * outputs + column;
    memcpy(line, sums + place, 64), memcpy(line + 16, sums + place + 256, 64);
    if (gate) {
      memcpy(gates, gate + place, 64), memcpy(gates + 16, gate + place + 256, 64);
      kernels->silu_gate(gates, line, count, line);
    }
    if (call->bias) kernels->add(line, call->bias + column, count, line);
    if (call->activation != CK_IDENTITY) kernels->activate(call->activation, line, count, line);
    if (call->residual) {
      kernels->add(call->residual + at, line, count, call->y + at);
#if defined(__x86_64__)
    } else if (count == 2 * CK_VECTOR && ((uintptr_t)(call->y + at) & 15) == 0) {
      // y is read much later: past the caches.
      for (size_t i = 0; i < count; i += 4) _mm_stream_ps(call->y + at + i, _mm_load_ps(line + i));
#endif
    } else {
      memcpy(call->y + at, line, 4 * count);
    }
  }
}

static void finish_tasks(void) {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

static void run_task(void *context, size_t index, size_t worker) {
  const ck_amx_linear *plan = context;
  const ck_amx *amx = plan->kernels->amx;
  const ck_linear_call *call = plan->call;
  size_t row = index / plan->column_tasks, column = index % plan->column_tasks,
         column_pairs = ck_divide_up(plan->tiles, 2);
  ck_amx_region region = {
      row * plan->pairs / plan->row_tasks, (row + 1) * plan->pairs / plan->row_tasks,
      2 * (column * column_pairs / plan->column_tasks),
      ck_min(plan->tiles, 2 * ((column + 1) * column_pairs / plan->column_tasks))};
  float *sums = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread),
        *gate = NULL;
  unsigned before = plan->int8 ? 0 : ck_amx_enter();
  if (call->gate) {
    gate = sums + plan->session.bytes_per_thread / 8;
    amx->region(plan, call->gate, &region, gate, NULL, 0);
  }
  amx->region(plan, call->weights, &region, sums, gate, 1);
  finish_tasks();
  if (!plan->int8) ck_amx_leave(before);
}

static void run_few(void *context, size_t index, size_t worker) {
  const ck_amx_linear *plan = context;
  const ck_amx *amx = plan->kernels->amx;
  const ck_linear_call *call = plan->call;
  (void)worker;
  _Alignas(64) float sums[2][4 * 256];
  memset(sums, 0, sizeof sums);
  unsigned before = plan->int8 ? 0 : ck_amx_enter();
  size_t panels = ck_divide_up(plan->tiles, 3);
  for (size_t panel = index * panels / plan->column_tasks;
       panel < (index + 1) * panels / plan->column_tasks; panel++) {
    if (call->gate) amx->few_rows(plan, call->gate, panel, sums[1]);
    amx->few_rows(plan, call->weights, panel, sums[0]);
    for (size_t tile = 0; tile < 3 && panel * 3 + tile < plan->tiles; tile += 2)
      ck_amx_finish(plan, sums[0] + tile * 256, call->gate ? sums[1] + tile * 256 : NULL, 0,
                    call->rows, panel * 3 + tile,
                    ck_min(3 - tile, ck_min(2, plan->tiles - panel * 3 - tile)));
  }
  finish_tasks();
  if (!plan->int8) ck_amx_leave(before);
}

static void plan_call(ck_amx_linear *plan, const ck_linear_call *call) {
  plan->call = call;
  plan->tiles = call->weights->columns / CK_VECTOR;
  size_t columns = TASK_COLUMNS / (call->gate ? 2 : 1), column_pairs = ck_divide_up(plan->tiles, 2),
         threads = plan->session.threads;
  if (call->rows <= FEW_ROWS) {
    plan->column_tasks = ck_min(ck_divide_up(plan->tiles, 3), TASKS_PER_THREAD * threads);
    return;
  }
  plan->row_tasks = ck_divide_up(call->rows, TASK_ROWS);
  size_t splits = ck_divide_up(call->weights->outputs, columns),
         wanted = ck_divide_up(TASKS_PER_THREAD * threads, plan->row_tasks);
  plan->column_tasks = ck_min(column_pairs, splits > wanted ? splits : wanted);
}

int ck_linear_amx(ck_team *team, const ck_linear_call *calls, size_t count) {
  const ck_weights *weights = calls->weights;
  ck_amx_linear plan = {.kernels = ck_team_kernels(team), .int8 = weights->storage == CK_INT8};
  plan.unit = plan.int8 ? 64 : 32;
  plan.words = weights->steps;
  plan.blocks = ck_divide_up(ck_divide_up(plan.words, 16), CK_AMX_STEPS);
  plan.pairs = ck_divide_up(calls->rows, 32);
  size_t left = plan.blocks * plan.pairs * CK_AMX_PAIR_BYTES,
         scales = plan.int8 ? plan.blocks * plan.pairs * 32 * 4 : 0;
  // The sums of a region: its rows and columns are rounded up to pairs of tiles, which a task has
  // at most one more of than planned.
  size_t sums = 2 * 4 * (TASK_ROWS + 32) * (TASK_COLUMNS + 32);
  if (calls->rows <= FEW_ROWS) sums = 2 * CK_GROUP;
  if (ck_enter(team, left + scales, sums, &plan.session) != 0) return -1;
  plan.left = plan.session.shared;
  plan.left_scales = (float *)(plan.left + left);
  plan.call = calls;
  ck_parallel(&plan.session, plan.pairs, convert_pair, &plan);
  for (size_t i = 0; i < count; i++) {
    plan_call(&plan, &calls[i]);
    if (calls->rows <= FEW_ROWS)
      ck_parallel(&plan.session, plan.column_tasks, run_few, &plan);
    else
      ck_parallel(&plan.session, plan.row_tasks * plan.column_tasks, run_task, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}
