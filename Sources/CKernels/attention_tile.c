#include <string.h>

#include "attention_task.h"

// The three steps of a span for the rows of one register tile: scores, probabilities, mixture of
// the values. attention.c says in which order tiles and heads pass by.

static float *row_scores(const attention_task *task, size_t row) {
  return task->scores + (task->plan->few_rows ? row : row % CK_TILE_ROWS) * SCORE_WORDS;
}

uint64_t ck_seen_by(const attention_task *task, size_t row, size_t rows, size_t tile) {
  uint64_t seen = 0;
  for (size_t r = row; r < row + rows; r++) seen |= task->masks[tile][r];
  return seen;
}

void ck_score_tile(attention_task *task, size_t row, size_t rows, size_t tile) {
  const attention_plan *plan = task->plan;
  ck_tile *multiply = plan->form.dot ? plan->kernels->bf16 : plan->kernels->f32;
  uint64_t seen = ck_seen_by(task, row, rows, tile);
  const float *keys = task->keys + (tile - task->loaded_tile) * plan->key_words;
  task->score_tiles++;
  for (size_t half = 0; half < CK_KEYS; half += 32) {
    uint64_t low = seen >> half & 0xffff, high = seen >> half & 0xffff0000;
    if (low || high)
      multiply(
          rows, low && high ? 32 : 16, plan->form.steps, task->queries_in + row * plan->form.steps,
          CK_INTERLEAVED, keys + half + (low ? 0 : 16), CK_KEYS,
          row_scores(task, row) + tile * CK_KEYS + half + (low ? 0 : 16), SCORE_WORDS, 0, NULL);
  }
}

void ck_score_single_row(attention_task *task, ck_rows keys, size_t tile) {
  const attention_plan *plan = task->plan;
  float *scores = row_scores(task, 0) + tile * CK_KEYS;
  memset(scores, 0, CK_KEYS * sizeof *scores);
  task->score_tiles++;
  for (size_t step = 0; step < plan->form.steps; step += 16) {
    for (size_t key = 0; key < CK_KEYS; key += 16) {  // four chains of sums
      ck_touch_rows(&keys, 256 / plan->form.steps);
      plan->kernels->score_keys(
          (const uint32_t *)keys.rows + key * keys.stride / 2 + step, keys.stride / 2,
          (const uint32_t *)task->queries_in + step * CK_TILE_ROWS, scores + key);
    }
  }
}

void ck_weigh_rows(attention_task *task, size_t row, size_t rows) {
  const attention_plan *plan = task->plan;
  const ck_kernels *kernels = plan->kernels;
  ck_softmax *soften = plan->form.dot ? kernels->softmax_bf16 : kernels->softmax;
  for (size_t r = row; r < row + rows; r++) {
    float *scores = row_scores(task, r), *output = task->output + r * plan->form.value_columns,
          correction;
    float sum = soften(scores, &task->masks[0][r], BLOCK_ROWS, task->tiles, plan->call->scale,
                       &task->largest[r], &correction);
    if (correction != 1 && task->total[r] != 0)
      kernels->scale(output, plan->form.value_columns, correction, output);
    task->total[r] = task->total[r] * correction + sum;
  }
}

// output += p v over the keys low ..< high of the span.
static void add_keys(attention_task *task, size_t row, size_t rows, size_t low, size_t high) {
  const attention_plan *plan = task->plan;
  ck_tile *multiply = plan->form.dot ? plan->kernels->bf16 : plan->kernels->f32;
  size_t unit = plan->form.dot ? 2 : 1, columns = plan->form.value_columns;
  if (task->cached_values.rows) {
    ck_rows *values = &task->cached_values;
    for (size_t key = low; key < high; key += 8) {
      size_t count = ck_min(8, high - key);
      ck_touch_rows(values, count);
      plan->kernels->mix_values(
          (const uint16_t *)values->rows + (key - task->loaded_tile * CK_KEYS) * values->stride,
          values->stride, count / 2, (const uint32_t *)row_scores(task, row) + key / 2, columns,
          task->output + row * columns);
    }
    return;
  }
  size_t first = low - task->loaded_tile * CK_KEYS;
  const float *values = task->values + first / unit * task->value_stride;
  for (size_t column = 0; column < columns && low < high;) {
    size_t left = columns - column, width = left == 64 ? 32 : left > CK_PANEL ? CK_PANEL : left;
    multiply(rows, width, (high - low) / unit, row_scores(task, row) + low / unit, SCORE_WORDS,
             values + column, task->value_stride, task->output + row * columns + column, columns, 1,
             NULL);
    column += width;
  }
}

// The same over the runs of a tile's mask, in ascending order.
static void add_runs(attention_task *task, size_t row, size_t rows, size_t tile, uint64_t mask) {
  while (mask) {
    size_t low = (size_t)__builtin_ctzll(mask), high = CK_KEYS;
    uint64_t after = ~(mask >> low);
    if (after && low + (size_t)__builtin_ctzll(after) < CK_KEYS)
      high = low + (size_t)__builtin_ctzll(after);
    mask = high == CK_KEYS ? 0 : mask >> high << high;
    add_keys(task, row, rows, tile * CK_KEYS + low, tile * CK_KEYS + high);
  }
}

static uint64_t whole_pairs(uint64_t mask) {
  uint64_t even = (mask | mask >> 1) & 0x5555555555555555u;
  return even | even << 1;
}

// Tiles that all rows see as a whole are one run. Of another tile rows share the leading keys on
// which they agree; what differs is added row by row, in the same order.
void ck_add_values(attention_task *task, size_t row, size_t rows, size_t first_tile,
                   size_t last_tile) {
  size_t run_start = first_tile;  // of the tiles that wait to be added together
  for (size_t tile = first_tile; tile < last_tile; tile++) {
    uint64_t masks[CK_TILE_ROWS], differing = 0;
    for (size_t r = 0; r < rows; r++) {
      masks[r] = task->plan->form.dot ? whole_pairs(task->masks[tile][row + r])
                                      : task->masks[tile][row + r];
      differing |= masks[r] ^ masks[0];
    }
    if (!differing && masks[0] == ~(uint64_t)0) continue;
    add_keys(task, row, rows, run_start * CK_KEYS, tile * CK_KEYS);
    run_start = tile + 1;
    uint64_t common = differing ? ((uint64_t)1 << __builtin_ctzll(differing)) - 1 : ~(uint64_t)0;
    add_runs(task, row, rows, tile, masks[0] & common);
    if (differing)
      for (size_t r = 0; r < rows; r++) add_runs(task, row + r, 1, tile, masks[r] & ~common);
  }
  add_keys(task, row, rows, run_start * CK_KEYS, last_tile * CK_KEYS);
}
