#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct spm_model {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

void report(const std::string &sentence, char *message, size_t capacity) {
  if (message == nullptr || capacity == 0) return;
  const size_t count = std::min(sentence.size(), capacity - 1);
  std::memcpy(message, sentence.data(), count);
  message[count] = '\0';
}

/* Runs `body`, which returns a status, and turns any exception into one. */
template <typename Body>
int32_t contained(char *message, size_t capacity, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    report("out of memory", message, capacity);
    return SPM_OUT_OF_MEMORY;
  } catch (const std::exception &exception) {
    report(exception.what(), message, capacity);
    return SPM_FAILED;
  } catch (...) {
    report("unknown exception", message, capacity);
    return SPM_FAILED;
  }
}

int32_t failed(const sentencepiece::util::Status &status, int32_t code, char *message,
               size_t capacity) {
  report(status.ToString(), message, capacity);
  return code;
}

/* A malloc'ed copy; at least one byte, so that NULL always means failure. */
template <typename Element>
Element *copied(const Element *elements, size_t count) {
  auto *copy = static_cast<Element *>(std::malloc(std::max<size_t>(count * sizeof(Element), 1)));
  if (copy == nullptr) throw std::bad_alloc();
  if (count > 0) std::memcpy(copy, elements, count * sizeof(Element));
  return copy;
}

int32_t kind_of(const sentencepiece::SentencePieceProcessor &processor, int32_t id) {
  if (processor.IsUnknown(id)) return SPM_UNKNOWN;
  if (processor.IsControl(id)) return SPM_CONTROL;
  if (processor.IsByte(id)) return SPM_BYTE;
  if (processor.IsUnused(id)) return SPM_UNUSED;
  return SPM_NORMAL;
}

}  // namespace

int32_t spm_create(const void *bytes, size_t count, spm_model **model, char *message,
                   size_t capacity) {
  *model = nullptr;
  return contained(message, capacity, [&]() -> int32_t {
    auto created = std::make_unique<spm_model>();
    const auto status = created->processor.LoadFromSerializedProto(
        absl::string_view(static_cast<const char *>(bytes), count));
    if (!status.ok()) return failed(status, SPM_INVALID_MODEL, message, capacity);
    *model = created.release();
    return SPM_OK;
  });
}

void spm_destroy(spm_model *model) { delete model; }

int32_t spm_piece_count(const spm_model *model) { return model->processor.GetPieceSize(); }

int32_t spm_piece(const spm_model *model, int32_t id, const char **text, size_t *text_count,
                  float *score, int32_t *kind) {
  if (id < 0 || id >= model->processor.GetPieceSize()) return SPM_FAILED;
  return contained(nullptr, 0, [&]() -> int32_t {
    const std::string &piece = model->processor.IdToPiece(id);
    *text = piece.data();
    *text_count = piece.size();
    *score = model->processor.GetScore(id);
    *kind = kind_of(model->processor, id);
    return SPM_OK;
  });
}

int32_t spm_piece_id(const spm_model *model, const char *text, size_t count) {
  return model->processor.PieceToId(absl::string_view(text, count));
}

int32_t spm_encode(const spm_model *model, const char *text, size_t count, int32_t **ids,
                   size_t *id_count, char *message, size_t capacity) {
  *ids = nullptr;
  *id_count = 0;
  return contained(message, capacity, [&]() -> int32_t {
    std::vector<int> encoded;
    const auto status = model->processor.Encode(absl::string_view(text, count), &encoded);
    if (!status.ok()) return failed(status, SPM_FAILED, message, capacity);
    static_assert(sizeof(int) == sizeof(int32_t), "ids are 32-bit");
    *ids = copied<int32_t>(encoded.data(), encoded.size());
    *id_count = encoded.size();
    return SPM_OK;
  });
}

int32_t spm_decode(const spm_model *model, const char *bytes, const size_t *ends,
                   size_t piece_count, char **text, size_t *text_count, char *message,
                   size_t capacity) {
  *text = nullptr;
  *text_count = 0;
  return contained(message, capacity, [&]() -> int32_t {
    std::vector<absl::string_view> pieces;
    pieces.reserve(piece_count);
    size_t start = 0;
    for (size_t index = 0; index < piece_count; ++index) {
      if (ends[index] < start) {
        report("the end offsets of the pieces do not ascend", message, capacity);
        return SPM_FAILED;
      }
      pieces.emplace_back(bytes + start, ends[index] - start);
      start = ends[index];
    }
    std::string decoded;
    const auto status = model->processor.Decode(pieces, &decoded);
    if (!status.ok()) return failed(status, SPM_FAILED, message, capacity);
    *text = copied<char>(decoded.data(), decoded.size());
    *text_count = decoded.size();
    return SPM_OK;
  });
}

void spm_free(void *memory) { std::free(memory); }
