#include "internal.h"

// Row operators over a whole matrix, shared out among the team in blocks of some 64 KiB.

enum { GRAIN = 16384 };

typedef struct {
  const ck_kernels *kernels;
  const float *x, *other, *weight, *bias;
  float *y;
  size_t columns, half;
  float epsilon;
  ck_activation activation;
} row_call;

static size_t rows_per_block(size_t columns) {
  return columns >= GRAIN ? 1 : GRAIN / (columns ? columns : 1);
}

static void rms_rows(void *context, size_t first, size_t count) {
  row_call *call = context;
  for (size_t r = first; r < first + count; r++)
    call->kernels->rms_norm(call->x + r * call->columns, call->columns, call->weight, call->epsilon,
                            call->y + r * call->columns);
}

void ck_rms_norm(ck_team *team, const float *x, size_t rows, size_t columns, const float *weight,
                 float epsilon, float *y) {
  row_call call = {.kernels = ck_team_kernels(team),
                   .x = x,
                   .weight = weight,
                   .y = y,
                   .columns = columns,
                   .epsilon = epsilon};
  ck_parallel_rows(team, rows, rows_per_block(columns), rms_rows, &call);
}

static void layer_rows(void *context, size_t first, size_t count) {
  row_call *call = context;
  for (size_t r = first; r < first + count; r++)
    call->kernels->layer_norm(call->x + r * call->columns, call->columns, call->weight, call->bias,
                              call->epsilon, call->y + r * call->columns);
}

void ck_layer_norm(ck_team *team, const float *x, size_t rows, size_t columns, const float *weight,
                   const float *bias, float epsilon, float *y) {
  row_call call = {.kernels = ck_team_kernels(team),
                   .x = x,
                   .weight = weight,
                   .bias = bias,
                   .y = y,
                   .columns = columns,
                   .epsilon = epsilon};
  ck_parallel_rows(team, rows, rows_per_block(columns), layer_rows, &call);
}

static void activate_block(void *context, size_t first, size_t count) {
  row_call *call = context;
  call->kernels->activate(call->activation, call->y + first, count, call->y + first);
}

void ck_activate(ck_team *team, ck_activation activation, float *x, size_t count) {
  row_call call = {.kernels = ck_team_kernels(team), .y = x, .activation = activation};
  ck_parallel_rows(team, count, GRAIN, activate_block, &call);
}

static void gate_block(void *context, size_t first, size_t count) {
  row_call *call = context;
  call->kernels->silu_gate(call->x + first, call->other + first, count, call->y + first);
}

void ck_silu_gate(ck_team *team, const float *gate, const float *up, size_t count, float *y) {
  row_call call = {.kernels = ck_team_kernels(team), .x = gate, .other = up, .y = y};
  ck_parallel_rows(team, count, GRAIN, gate_block, &call);
}

static void add_block(void *context, size_t first, size_t count) {
  row_call *call = context;
  call->kernels->add(call->y + first, call->x + first, count, call->y + first);
}

void ck_add(ck_team *team, const float *y, size_t count, float *x) {
  row_call call = {.kernels = ck_team_kernels(team), .x = y, .y = x};
  ck_parallel_rows(team, count, GRAIN, add_block, &call);
}

static void rotate_rows(void *context, size_t first, size_t count) {
  row_call *call = context;
  for (size_t r = first; r < first + count; r++)
    for (size_t head = 0; head + 2 * call->half <= call->columns; head += 2 * call->half) {
      float *start = call->y + r * call->columns + head;
      call->kernels->rotate(start, start + call->half, call->half, call->weight + r * call->half,
                            call->bias + r * call->half);
    }
}

void ck_rotate(ck_team *team, float *x, size_t rows, size_t columns, size_t half,
               const float *cosines, const float *sines) {
  if (half == 0) return;
  row_call call = {.kernels = ck_team_kernels(team),
                   .y = x,
                   .weight = cosines,
                   .bias = sines,
                   .columns = columns,
                   .half = half};
  ck_parallel_rows(team, rows, rows_per_block(columns), rotate_rows, &call);
}
