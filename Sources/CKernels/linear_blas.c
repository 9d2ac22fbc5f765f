#include <string.h>

#include "internal.h"

// y = x W^T through a BLAS: floats, and bf16 weights widened to floats.
//
// A task is at most 240 rows by 8 panels of 48 outputs. Inside a task, for each 512 inputs: the
// panels are copied side by side, as floats, into 512 x 384 words (768 KiB), and one product adds
// them to the task's sums. The library copies once more into its own order; with 384 columns that
// is a small part of the work.
//
// Bits. A BLAS promises nothing about the order of its sums, and takes other ways for small
// products than for large ones. So the shapes of the products follow from the weights alone:
// columns and inputs are always cut at the same places, and a call has always a multiple of 16 rows
// (rows of zeros are added). Rows are the dimension that lies together in memory, which libraries
// put into the lanes of vectors, where one is as good as another; so sums are [column][row] and
// turned at the end. Where 16 rows would be a small product, or where the library does not give a
// row the same bits in a call of many (blas.c asks), a call has exactly 16.

enum { BLOCK_ROWS = 240, TASK_PANELS = CK_BLAS_COLUMNS / CK_PANEL, SMALL_PRODUCT = 1000000 };

typedef struct {
  const ck_linear_call *call;
  const ck_kernels *kernels;
  const ck_blas *blas;
  ck_session session;
  size_t column_blocks;
} blas_plan;

// Panels first ..< last and the block's inputs as floats, side by side: [inputs][columns].
static void gather(const ck_weights *weights, size_t first, size_t last, size_t input,
                   size_t inputs, float *out, size_t columns) {
  for (size_t panel = first; panel < last; panel++, out += CK_PANEL) {
    size_t width = ck_min(CK_PANEL, weights->columns - panel * CK_PANEL);
    const uint32_t *words = weights->words + panel * CK_PANEL * weights->steps;
    if (weights->storage == CK_F32) {
      for (size_t i = 0; i < inputs; i++)
        memcpy(out + i * columns, words + (input + i) * width, 4 * width);
      continue;
    }
    words += input / 2 * width;
    for (size_t i = 0; i < inputs; i++) {  // blocks begin at an even input
      uint32_t *row = (uint32_t *)(out + i * columns);
      const uint32_t *pairs = words + i / 2 * width;
      if (i % 2)
        for (size_t n = 0; n < width; n++) row[n] = pairs[n] & 0xffff0000u;
      else
        for (size_t n = 0; n < width; n++) row[n] = pairs[n] << 16;
    }
  }
}

// What a task works in.
typedef struct {
  float *wide;            // [CK_BLAS_INPUTS][columns]
  float *padded;          // [CK_BLAS_ROWS][inputs]: the last rows of x
  float *sums;            // [columns][BLOCK_ROWS]
  float *product, *gate;  // [BLOCK_ROWS][CK_BLAS_COLUMNS]
} blas_scratch;
enum {
  WIDE = CK_BLAS_INPUTS * CK_BLAS_COLUMNS,
  PADDED = CK_BLAS_ROWS * CK_BLAS_INPUTS,
  SUMS = BLOCK_ROWS * CK_BLAS_COLUMNS,
  SCRATCH_WORDS = WIDE + PADDED + 3 * SUMS
};

// `rows` rows of x and a task's columns -> out [BLOCK_ROWS][CK_BLAS_COLUMNS].
static void multiply(const blas_plan *plan, const ck_weights *weights, size_t first_row,
                     size_t rows, size_t first, size_t last, const blas_scratch *scratch,
                     float *out) {
  size_t columns = ck_min(last * CK_PANEL, weights->columns) - first * CK_PANEL,
         all = weights->inputs, unit = plan->blas->rows;
  size_t whole_rows = rows / unit * unit;
  for (size_t input = 0; input < all; input += CK_BLAS_INPUTS) {
    size_t inputs = ck_min(CK_BLAS_INPUTS, all - input);
    const float *x = plan->call->x + first_row * all + input;
    gather(weights, first, last, input, inputs, scratch->wide, columns);
    int together = plan->blas->rows_agree && unit * columns * inputs > SMALL_PRODUCT;
    for (size_t row = 0, count; row < whole_rows; row += count) {
      count = together ? whole_rows : unit;
      plan->blas->sgemm(CK_COLUMN_MAJOR, CK_TRANSPOSED, CK_TRANSPOSED, (int)count, (int)columns,
                        (int)inputs, 1, x + row * all, (int)all, scratch->wide, (int)columns,
                        input > 0, scratch->sums + row, BLOCK_ROWS);
    }
    if (whole_rows == rows) continue;
    for (size_t r = 0; r < unit; r++) {
      if (whole_rows + r < rows)
        memcpy(scratch->padded + r * inputs, x + (whole_rows + r) * all, 4 * inputs);
      else
        memset(scratch->padded + r * inputs, 0, 4 * inputs);
    }
    plan->blas->sgemm(CK_COLUMN_MAJOR, CK_TRANSPOSED, CK_TRANSPOSED, (int)unit, (int)columns,
                      (int)inputs, 1, scratch->padded, (int)inputs, scratch->wide, (int)columns,
                      input > 0, scratch->sums + whole_rows, BLOCK_ROWS);
  }
  plan->kernels->transpose((const uint32_t *)scratch->sums, BLOCK_ROWS, columns, rows,
                           (uint32_t *)out, CK_BLAS_COLUMNS);
}

static void run_task(void *context, size_t index, size_t worker) {
  const blas_plan *plan = context;
  const ck_linear_call *call = plan->call;
  const ck_kernels *kernels = plan->kernels;
  size_t outputs = call->weights->outputs, panels = ck_divide_up(outputs, CK_PANEL);
  size_t first_row = index / plan->column_blocks * BLOCK_ROWS,
         rows = ck_min(BLOCK_ROWS, call->rows - first_row);
  size_t first = index % plan->column_blocks * TASK_PANELS,
         last = ck_min(first + TASK_PANELS, panels);
  float *place = (float *)(plan->session.scratch + worker * plan->session.bytes_per_thread);
  blas_scratch scratch = {place, place + WIDE, place + WIDE + PADDED, place + WIDE + PADDED + SUMS,
                          place + WIDE + PADDED + 2 * SUMS};
  if (call->gate) multiply(plan, call->gate, first_row, rows, first, last, &scratch, scratch.gate);
  multiply(plan, call->weights, first_row, rows, first, last, &scratch, scratch.product);
  size_t column = first * CK_PANEL, count = ck_min(last * CK_PANEL, outputs) - column;
  for (size_t r = 0; r < rows; r++) {
    float *row = scratch.product + r * CK_BLAS_COLUMNS;
    size_t at = (first_row + r) * outputs + column;
    if (call->gate) kernels->silu_gate(scratch.gate + r * CK_BLAS_COLUMNS, row, count, row);
    if (call->bias) kernels->add(row, call->bias + column, count, row);
    if (call->activation != CK_IDENTITY) kernels->activate(call->activation, row, count, row);
    if (call->residual)
      kernels->add(call->residual + at, row, count, call->y + at);
    else
      memcpy(call->y + at, row, 4 * count);
  }
}

int ck_linear_blas(ck_team *team, const ck_linear_call *calls, size_t count) {
  blas_plan plan = {.kernels = ck_team_kernels(team), .blas = ck_team_kernels(team)->blas};
  if (ck_enter(team, 0, 4 * SCRATCH_WORDS, &plan.session) != 0) return -1;
  for (size_t i = 0; i < count; i++) {
    plan.call = &calls[i];
    plan.column_blocks =
        ck_divide_up(ck_divide_up(calls[i].weights->outputs, CK_PANEL), TASK_PANELS);
    ck_parallel(&plan.session, ck_divide_up(calls[i].rows, BLOCK_ROWS) * plan.column_blocks,
                run_task, &plan);
  }
  ck_leave(&plan.session);
  return 0;
}
