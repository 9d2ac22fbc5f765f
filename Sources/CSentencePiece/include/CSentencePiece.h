#ifndef CSENTENCEPIECE_H
#define CSENTENCEPIECE_H

#include <stddef.h>
#include <stdint.h>

/* A C face for libsentencepiece (C++), so that Swift imports it without C++ interoperability.
 *
 * Ownership: a model belongs to whoever got it from spm_create and is released with spm_destroy.
 * Arrays and texts that come back through a pointer to a pointer belong to the caller and are
 * released with spm_free, unless the function's comment says that they are borrowed.
 * Threads: after spm_create every function but spm_destroy only reads; any number of threads may
 * share a model.
 * Errors: a function that can fail returns a status; where it takes `message`, it writes a
 * NUL-terminated sentence of at most `capacity` bytes there. No C++ exception crosses this border.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spm_model spm_model;

enum spm_status {
  SPM_OK = 0,
  SPM_INVALID_MODEL = 1,
  SPM_FAILED = 2,
  SPM_OUT_OF_MEMORY = 3,
};

enum spm_piece_kind {
  SPM_NORMAL = 1,
  SPM_UNKNOWN = 2,
  SPM_CONTROL = 3,
  SPM_UNUSED = 5,
  SPM_BYTE = 6,
};

/* Loads a serialized ModelProto (the content of tokenizer.model); the bytes are copied. */
int32_t spm_create(const void *bytes, size_t count, spm_model **model, char *message,
                   size_t capacity);

/* Releases a model; NULL is allowed. */
void spm_destroy(spm_model *model);

/* The number of pieces. */
int32_t spm_piece_count(const spm_model *model);

/* The text of piece `id` (borrowed: valid as long as the model, not NUL-terminated by contract),
 * its score and its kind (user-defined pieces report SPM_NORMAL). SPM_FAILED where the id is out of
 * range. */
int32_t spm_piece(const spm_model *model, int32_t id, const char **text, size_t *text_count,
                  float *score, int32_t *kind);

/* The id of the piece with this text; the unknown piece's id where there is none. */
int32_t spm_piece_id(const spm_model *model, const char *text, size_t count);

/* Encodes UTF-8 text with the model's own normalizer settings, without extra symbols. */
int32_t spm_encode(const spm_model *model, const char *text, size_t count, int32_t **ids,
                   size_t *id_count, char *message, size_t capacity);

/* Joins pieces, given as one run of bytes and the end offset of each, into UTF-8 text: byte pieces
 * are put together, and a byte that is no part of valid UTF-8 becomes U+FFFD. A piece outside the
 * vocabulary stands for itself. */
int32_t spm_decode(const spm_model *model, const char *bytes, const size_t *ends,
                   size_t piece_count, char **text, size_t *text_count, char *message,
                   size_t capacity);

/* Releases what spm_encode and spm_decode returned; NULL is allowed. */
void spm_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
