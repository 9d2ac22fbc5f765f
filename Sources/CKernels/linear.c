#include <string.h>

#include "amx.h"

// y = x W^T, blocked for the caches.
//
// First the rows of x are converted to what the tiles read: bf16, u8 with scales, or floats, eight
// rows interleaved so that a tile reads one stream. That happens once per call for all tasks (in
// slabs of rows of at most 48 MiB). A task computes at most 240 rows by 8 panels of 48 outputs (4
// with a gate, which has a product of its own). Inside a task:
//   for each block of the inner dimension (512 steps of bf16 or f32, 256 of int8):
//     for each panel of 48 outputs:         512 x 48 words = 96 KiB, read from memory once per task
//       for each 8 rows: one register tile  512 x 8 words = 16 KiB of x, 1.5 KiB of y
// 240 rows of x are 480 KiB, y is 360 KiB: with a panel they fit in 1 MiB of second cache while all
// panels pass by. While a panel is multiplied, its tiles touch the lines of the next one, so that
// memory is read in the shadow of arithmetic: 96 KiB per 30 tiles x 512 steps x 12 cycles are 0.5
// bytes per cycle. y takes one read and one write per inner block; each tile touches the next one's
// rows of it, without which stores to new memory cost int8 a third of its speed. Up to 16 rows
// (decoding) the weights are read once and nothing is reused: there the panel loop is outside and
// the inner blocks inside, so that every panel is one sequential stream; rows of x stay apart,
// since one would fill an eighth of a line.
//
// The tiles continue the fold of the block before from y, so blocks do not show in the bits.

enum {
  BLOCK_ROWS = 240,
  TASK_PANELS = 8,
  TASK_COLUMNS = TASK_PANELS * CK_PANEL,
  FEW_ROWS = 16,
  CONVERTED_ROWS = 32,
  SLAB_BYTES = 48 << 20
};
enum {
  TAIL_WORDS = CK_TILE_ROWS * CK_LEFT_STEPS
};  // also the rows of a tile before they are interleaved

typedef struct {
  const ck_linear_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t first_row, rows;  // of the slab
  size_t row_block, panels, column_blocks;
  size_t block_inputs, blocks;   // blocks of the inner dimension
  size_t unit;                   // inputs per step
  size_t left_bytes;             // of an element of converted x
  size_t left_rows, left_words;  // of converted x: rows, and words per row and block
  size_t left_stride;            // as tiles take it
  int left_floats;               // x stays float
  int widen;  // bf16 weights become floats once per panel and block, for all rows of the task
  int few_rows;
  int aside;  // the product is formed in scratch: the residual is y and must be read first, or y
              // lies badly
} linear_plan;

typedef struct {
  const linear_plan *plan;
  size_t first_row, rows;  // first_row counts from the slab's first
  float *widened;          // [block_inputs][48]
  float *tail;             // [8][48], where the last panel is not full
  float *product;          // [rows][TASK_COLUMNS] where aside
  float *gate;             // [rows][TASK_COLUMNS]: the gate's product
} linear_task;

// Converted x: [blocks][rows][left_words], or [blocks][rows / 8][left_words][8] where interleaved.
static uint32_t *left_block(const linear_plan *plan, size_t block, size_t row) {
  return (uint32_t *)plan->session.shared + (block * plan->left_rows + row) * plan->left_words;
}

static float *left_scales(const linear_plan *plan, size_t block) {  // int8: [blocks][rows]
  return (float *)left_block(plan, plan->blocks, 0) + block * plan->rows;
}

static void convert_row(const linear_plan *plan, size_t row, size_t block, uint32_t *out) {
  const ck_linear_call *call = plan->call;
  size_t inputs = call->weights->inputs, start = block * plan->block_inputs;
  size_t count = ck_min(plan->block_inputs, inputs - start);
  const float *x = call->x + (plan->first_row + row) * inputs + start;
  // A row's part of a block is a page or less, where the processor's foresight ends: ask for the
  // part that comes next.
  const float *next =
      (row + 1) % CK_TILE_ROWS ? x + inputs : x + count - (CK_TILE_ROWS - 1) * inputs;
  if (!plan->few_rows && row + 1 < plan->rows)
    for (size_t i = 0; i < count; i += 16) __builtin_prefetch(next + i, 0, 2);
  if (call->weights->storage == CK_INT8) {
    left_scales(plan, block)[row] = plan->kernels->quantise(x, count, (uint8_t *)out);
  } else if (!plan->left_floats) {
    if (count % 2) ((uint16_t *)out)[count] = 0;
    plan->kernels->to_bf16(x, count, (uint16_t *)out);
  } else {
    ((float *)out)[count] = 0;  // the padding of an odd inner dimension; rows have room for it
    memcpy(out, x, 4 * count);
  }
}

// apart: [8][CK_LEFT_STEPS]
static void convert_tile(const linear_plan *plan, size_t first, uint32_t *apart) {
  const ck_kernels *kernels = plan->kernels;
  size_t inputs = plan->call->weights->inputs, rows = ck_min(CK_TILE_ROWS, plan->rows - first),
         per_word = 4 / plan->left_bytes;
  int int8 = plan->left_bytes == 1, ready = int8
                                                ? kernels->interleave_int8 != NULL
                                                : plan->left_bytes == 2 && kernels->interleave_bf16;
  for (size_t block = 0; block < plan->blocks; block++) {
    if (plan->left_stride != CK_INTERLEAVED) {
      for (size_t row = 0; row < rows; row++)
        convert_row(plan, first + row, block, left_block(plan, block, first + row));
      continue;
    }
    size_t count = ck_min(plan->block_inputs, inputs - block * plan->block_inputs);
    if (ready && rows == CK_TILE_ROWS && count % 64 == 0) {
      // What is converted next: the same rows' next block, or the next rows' first.
      const float *x =
          plan->call->x + (plan->first_row + first) * inputs + block * plan->block_inputs;
      int last = block + 1 == plan->blocks;
      const float *next = !last                            ? x + count
                          : first + 2 * rows <= plan->rows ? x + count + (rows - 1) * inputs
                                                           : x;
      if (int8)
        kernels->interleave_int8(x, inputs, count, next, left_scales(plan, block) + first,
                                 left_block(plan, block, first));
      else
        kernels->interleave_bf16(x, inputs, count, next, left_block(plan, block, first));
      continue;
    }
    // An odd number of floats is followed by a 0, since bf16 weights come in pairs.
    size_t words = ck_divide_up(count, per_word) + (plan->left_floats ? count % 2 : 0);
    for (size_t row = 0; row < rows; row++)
      convert_row(plan, first + row, block, apart + row * CK_LEFT_STEPS);
    kernels->transpose(apart, CK_LEFT_STEPS, rows, words, left_block(plan, block, first),
                       CK_TILE_ROWS);
  }
}

static void convert_rows(void *context, size_t index, size_t worker) {
  linear_plan *plan = context;
  uint32_t *apart = (uint32_t *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  size_t first = index * CONVERTED_ROWS, last = ck_min(first + CONVERTED_ROWS, plan->rows);
  for (; first < last; first += CK_TILE_ROWS) convert_tile(plan, first, apart);
}

// Asks for the scales and offsets of the block that comes next: few rows' tile takes 2 us, and
// would wait a tenth of that for each.
static void touch_scales(const linear_plan *plan, const ck_weights *weights, size_t panel,
                         size_t block) {
  const ck_weights *gate = plan->call->gate;
  if (++block == plan->blocks) {
    block = 0;
    if (weights != gate) panel++;
    if (gate) weights = weights == gate ? plan->call->weights : gate;
  }
  size_t place = block * weights->columns + panel * CK_PANEL;
  for (size_t i = 0; i < CK_PANEL; i += 16) {
    __builtin_prefetch(weights->scales + place + i);
    __builtin_prefetch(weights->offsets + place + i);
  }
}

// Multiplies the task's rows with one panel over one inner block. y points at the task's first row
// of the panel's column.
static void multiply_panel(linear_task *task, const ck_weights *weights, size_t panel, size_t block,
                           float *y, size_t y_stride) {
  const linear_plan *plan = task->plan;
  const ck_kernels *kernels = plan->kernels;
  size_t first = panel * CK_PANEL, width = ck_min(CK_PANEL, weights->columns - first);
  size_t valid = ck_min(width, weights->outputs - first);
  size_t block_steps = plan->block_inputs / plan->unit, start = block * block_steps;
  size_t steps = ck_min(block_steps, weights->steps - start);
  const uint32_t *base = weights->words + first * weights->steps + start * width;
  // After the last panel of a block the loop goes back to the first; touching what follows in
  // memory is harmless then.
  const char *ahead = (const char *)(base + (plan->few_rows ? steps : weights->steps) * width);
  const uint32_t *left = left_block(plan, block, task->first_row);
  size_t lines = ck_divide_up(plan->widen ? 2 * steps : steps, 8),
         all_lines = steps * width * 4 / 64;
  if (plan->few_rows && weights->storage == CK_INT8) touch_scales(plan, weights, panel, block);
  if (plan->widen) kernels->widen_bf16(base, steps, width, task->widened);
  for (size_t row = 0; row < task->rows; row += CK_TILE_ROWS) {
    size_t rows = ck_min(CK_TILE_ROWS, task->rows - row), touched = row / CK_TILE_ROWS * lines;
    const uint32_t *a = left + row * plan->left_words;
    const char *next = touched < all_lines ? ahead + touched * 64 : (const char *)base;
    float *c = y + row * y_stride;
    size_t c_stride = y_stride;
    for (size_t r = 0; r < ck_min(CK_TILE_ROWS, task->rows - row - rows);
         r++)  // the next tile's part of y: four lines at most
      for (size_t line = 0; line < 4; line++)
        __builtin_prefetch(c + (rows + r) * y_stride + ck_min(16 * line, valid - 1), 1, 2);
    if (valid < width) {
      c = task->tail;
      c_stride = CK_PANEL;
      if (block)
        for (size_t r = 0; r < rows; r++)
          memcpy(c + r * CK_PANEL, y + (row + r) * y_stride, 4 * valid);
    }
    if (weights->storage == CK_INT8) {
      size_t scale = block * weights->columns + first;
      kernels->int8(rows, width, steps, a, plan->left_stride, base,
                    left_scales(plan, block) + task->first_row + row, weights->scales + scale,
                    weights->offsets + scale, c, c_stride, block > 0, next);
    } else if (plan->widen) {
      kernels->f32(rows, width, 2 * steps, a, plan->left_stride, task->widened, width, c, c_stride,
                   block > 0, next);
    } else {
      ck_tile *tile = weights->storage == CK_F32 ? kernels->f32
                      : plan->left_floats        ? kernels->bf16_f32
                                                 : kernels->bf16;
      tile(rows, width, steps, a, plan->left_stride, base, width, c, c_stride, block > 0, next);
    }
    if (valid < width)
      for (size_t r = 0; r < rows; r++)
        memcpy(y + (row + r) * y_stride, c + r * CK_PANEL, 4 * valid);
  }
}

// What follows the product, while a panel's columns are still in a cache.
static void finish_panel(linear_task *task, size_t panel, float *product, size_t product_stride,
                         const float *gate, float *y) {
  const linear_plan *plan = task->plan;
  const ck_linear_call *call = plan->call;
  const ck_kernels *kernels = plan->kernels;
  size_t outputs = call->weights->outputs, first = panel * CK_PANEL,
         count = ck_min(CK_PANEL, outputs - first);
  for (size_t r = 0; r < task->rows; r++) {
    float *row = product + r * product_stride, *out = y + r * outputs;
    if (call->gate) kernels->silu_gate(gate + r * TASK_COLUMNS, row, count, row);
    if (call->bias) kernels->add(row, call->bias + first, count, row);
    if (call->activation != CK_IDENTITY) kernels->activate(call->activation, row, count, row);
    if (call->residual)
      kernels->add(call->residual + (plan->first_row + task->first_row + r) * outputs + first, row,
                   count, out);
    else if (row != out)
      memcpy(out, row, 4 * count);
  }
}

static void multiply_gate(linear_task *task, size_t panel, size_t block, size_t first_panel) {
  multiply_panel(task, task->plan->call->gate, panel, block,
                 task->gate + (panel - first_panel) * CK_PANEL, TASK_COLUMNS);
}

static void multiply_weights(linear_task *task, size_t panel, size_t block, size_t first_panel) {
  const linear_plan *plan = task->plan;
  const ck_linear_call *call = plan->call;
  size_t outputs = call->weights->outputs, column = (panel - first_panel) * CK_PANEL;
  float *y = call->y + (plan->first_row + task->first_row) * outputs + panel * CK_PANEL;
  float *product = plan->aside ? task->product + column : y;
  size_t stride = plan->aside ? TASK_COLUMNS : outputs;
  multiply_panel(task, call->weights, panel, block, product, stride);
  if (block + 1 == plan->blocks) finish_panel(task, panel, product, stride, task->gate + column, y);
}

static void run_task(void *context, size_t index, size_t worker) {
  linear_plan *plan = context;
  linear_task task = {.plan = plan, .first_row = index / plan->column_blocks * plan->row_block};
  task.rows = ck_min(plan->row_block, plan->rows - task.first_row);
  size_t part = index % plan->column_blocks;
  size_t first_panel = part * plan->panels / plan->column_blocks,
         last_panel = (part + 1) * plan->panels / plan->column_blocks;
  task.tail = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  task.widened = task.tail + TAIL_WORDS;
  task.product = task.widened + (plan->widen ? plan->block_inputs * CK_PANEL : 0);
  task.gate = task.product + (plan->aside ? BLOCK_ROWS * TASK_COLUMNS : 0);
  int gate = plan->call->gate != NULL;
  if (plan->few_rows) {
    for (size_t panel = first_panel; panel < last_panel; panel++) {
      if (gate)
        for (size_t block = 0; block < plan->blocks; block++)
          multiply_gate(&task, panel, block, first_panel);
      for (size_t block = 0; block < plan->blocks; block++)
        multiply_weights(&task, panel, block, first_panel);
    }
    return;
  }
  for (size_t block = 0; block < plan->blocks; block++) {
    if (gate)
      for (size_t panel = first_panel; panel < last_panel; panel++)
        multiply_gate(&task, panel, block, first_panel);
    for (size_t panel = first_panel; panel < last_panel; panel++)
      multiply_weights(&task, panel, block, first_panel);
  }
}

// How a slab of `rows` rows is cut.
static void plan_slab(linear_plan *plan, size_t first_row, size_t rows) {
  plan->first_row = first_row;
  plan->rows = rows;
  plan->row_block = ck_round_up(ck_divide_up(rows, ck_divide_up(rows, BLOCK_ROWS)), CK_TILE_ROWS);
  plan->left_rows = ck_round_up(rows, CK_TILE_ROWS);
  // Panels are dealt out evenly. Tasks that follow each other share their rows of x, which stay in
  // the second cache, so small ones cost little: at least 32 per thread, so that a slow core can
  // take fewer and none waits long for the last.
  size_t threads = plan->session.threads, row_blocks = ck_divide_up(rows, plan->row_block);
  size_t wanted = ck_divide_up(32 * threads, row_blocks),
         panels = plan->call->gate ? TASK_PANELS / 2 : TASK_PANELS;
  size_t splits = ck_divide_up(plan->panels, panels);
  plan->column_blocks =
      ck_min(plan->panels, splits < wanted ? wanted : splits);  // none where there are no outputs
}

// What one of the calls on the same x asks for.
static void plan_call(linear_plan *plan, const ck_linear_call *call) {
  plan->call = call;
  plan->panels = ck_divide_up(call->weights->outputs, CK_PANEL);
  // Rows of y a multiple of a page apart fall on the same few lines of the caches: blocks are then
  // summed elsewhere.
  plan->aside = (call->residual && call->residual == call->y) ||
                (plan->blocks > 1 && !plan->few_rows && call->weights->outputs % 1024 == 0);
}

// How x is cut and converted, which is the same for all calls on it.
static void plan_left(linear_plan *plan) {
  const ck_linear_call *call = plan->call;
  const ck_weights *weights = call->weights;
  int bf16 = weights->storage == CK_BF16, native = bf16 && call->may_round && plan->kernels->bf16;
  plan->few_rows = call->rows <= FEW_ROWS;
  plan->unit = weights->storage == CK_F32 ? 1 : bf16 ? 2 : 4;
  plan->left_floats = weights->storage == CK_F32 || (bf16 && !native);
  plan->widen = bf16 && !native && !plan->few_rows;
  plan->block_inputs = plan->left_floats && !plan->few_rows ? CK_GROUP / 2 : CK_GROUP;
  plan->blocks = ck_divide_up(weights->inputs, plan->block_inputs);
  plan->left_bytes = weights->storage == CK_INT8 ? 1 : plan->left_floats ? 4 : 2;
  if (plan->few_rows) {
    plan->left_words = weights->storage == CK_INT8 ? CK_LEFT_QUADS
                       : plan->left_floats         ? 2 * CK_LEFT_STEPS
                                                   : CK_LEFT_STEPS;
    plan->left_stride = plan->left_words;
  } else {
    plan->left_words = plan->block_inputs * plan->left_bytes / 4;
    plan->left_stride = CK_INTERLEAVED;
  }
}

int ck_linear(ck_team *team, const ck_linear_call *calls, size_t count) {
  if (count == 0 || calls->rows == 0) return 0;
  size_t rows = calls->rows;
  if (calls->weights->inputs == 0) {  // no inputs: nothing to fold
    for (size_t i = 0; i < count; i++) memset(calls[i].y, 0, 4 * rows * calls[i].weights->outputs);
    return 0;
  }
  linear_plan plan = {.kernels = ck_team_kernels(team)};
  if (plan.kernels->blas && calls->weights->storage != CK_INT8)
    return ck_linear_blas(team, calls, count);
  if (plan.kernels->amx) {  // one row of bytes has the same bits without tiles, and is faster
    int int8 = calls->weights->storage == CK_INT8 && plan.kernels->amx->int8 && rows > 1;
    if (int8 || (calls->weights->storage == CK_BF16 && calls->may_round))
      return ck_linear_amx(team, calls, count);
  }
  plan_call(&plan, calls);
  plan_left(&plan);
  size_t row_bytes = plan.blocks * (plan.left_words + 1) * 4, slab = rows;
  if (rows > SLAB_BYTES / row_bytes) slab = ck_round_up(SLAB_BYTES / row_bytes + 1, BLOCK_ROWS);
  slab = ck_round_up(ck_divide_up(rows, ck_divide_up(rows, slab)), CK_TILE_ROWS);
  size_t places = 0;  // for products that are formed in scratch
  for (size_t i = 0; i < count; i++) {
    plan_call(&plan, &calls[i]);
    size_t needed = (calls[i].gate != NULL) + (plan.aside != 0);
    if (needed > places) places = needed;
  }
  size_t words = TAIL_WORDS + (plan.widen ? plan.block_inputs * CK_PANEL : 0) +
                 places * BLOCK_ROWS * TASK_COLUMNS;
  if (ck_enter(team, (slab + CK_TILE_ROWS) * row_bytes, 4 * words, &plan.session) != 0) return -1;
  for (size_t first = 0; first < rows; first += slab) {
    for (size_t i = 0; i < count; i++) {
      plan_call(&plan, &calls[i]);
      plan_slab(&plan, first, ck_min(slab, rows - first));
      if (i == 0)
        ck_parallel(&plan.session, ck_divide_up(plan.rows, CONVERTED_ROWS), convert_rows, &plan);
      ck_parallel(&plan.session, ck_divide_up(plan.rows, plan.row_block) * plan.column_blocks,
                  run_task, &plan);
    }
  }
  ck_leave(&plan.session);
  return 0;
}
