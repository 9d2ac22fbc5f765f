#ifndef CK_ATTENTION_TASK_H
#define CK_ATTENTION_TASK_H

#include "internal.h"

// What attention.c shares with attention_tile.c.

enum {
  BLOCK_ROWS = 256,
  FEW_ROWS = 16,
  PACKED_BYTES = 16 << 20,
  SPAN_TILES = CK_SPAN_KEYS / CK_KEYS,
  SCORE_WORDS = CK_LEFT_STEPS
};

typedef struct {
  const ck_attention_call *call;
  const ck_kernels *kernels;
  ck_session session;
  size_t group, queries_per_block, blocks;
  ck_attention_form form;
  size_t key_words, value_words;      // of a tile
  size_t tiles;                       // of keys
  size_t first_head, heads;           // of this round; all of them unless packed
  size_t heads_per_task, head_tasks;  // head_tasks: of a batch
  int few_rows;                       // of a block: bound by memory
  int in_place;                       // values are multiplied where they lie, as floats
  int single_row;                     // of a head: bf16 keys and values are not moved either
  // Keys and values of the round lie ready in the session's shared memory: [head][tiles] keys,
  // [tiles] values.
  int packed;
} attention_plan;

typedef struct {
  const attention_plan *plan;
  size_t first_head, heads;                     // of the task: neighbours in memory, of one batch
  size_t key_head, first_query, queries, rows;  // the head at work
  size_t first_tile, tiles;                     // the span at work
  // Room for tiles that are not packed: one of them with few rows, or a span's.
  float *own_keys, *own_values;
  const float *keys;    // [steps][64] words, tile by tile
  const float *values;  // [64 or 32 pairs][value_stride], tile by tile
  ck_rows cached_values;  // of the tile at work, where they lie ready for mix_values, or no rows
  size_t loaded_tile;     // of the span: the one at keys and values
  size_t value_stride;
  float *scores;           // [8][SCORE_WORDS], or [rows][SCORE_WORDS] of few rows
  size_t score_tiles;      // multiplied so far
  float *spare;            // [64][value_columns + 2], rows on their way
  float *queries_in;       // [rows / 8][steps][8]
  float *output;           // [rows][value_columns]
  float *largest, *total;  // [rows]
  uint64_t masks[SPAN_TILES][BLOCK_ROWS];
  // Of all heads of the task, rows rounded up to 8 for each.
  float *all_queries, *all_output, *all_scores;
  float all_largest[BLOCK_ROWS], all_total[BLOCK_ROWS];
} attention_task;

// What any of the rows sees of a tile of the span.
uint64_t ck_seen_by(const attention_task *task, size_t row, size_t rows, size_t tile);
// The scores of the one row with a whole tile of keys that lie in the cache.
void ck_score_single_row(attention_task *task, ck_rows keys, size_t tile);
// The scores of one register tile's rows, by 32 keys, or 16 where the others are hidden.
void ck_score_tile(attention_task *task, size_t row, size_t rows, size_t tile);
// The probabilities in place of the rows' scores of the span; what was summed before is corrected.
void ck_weigh_rows(attention_task *task, size_t row, size_t rows);
// output += p v over tiles of the span, for the rows of one register tile.
void ck_add_values(attention_task *task, size_t row, size_t rows, size_t first_tile,
                   size_t last_tile);

#endif
