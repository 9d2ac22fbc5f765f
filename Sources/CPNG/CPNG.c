#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/// The file in memory and where failures leave their reason; libpng hands it to every callback.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  int is_truncated;
  int has_rows;        // whether the decoding of rows has begun
  uint64_t rows_left;  // rows of all interlace passes that have not been decoded yet
  char *message;
  size_t message_capacity;
} reader;

static void report(reader *source, const char *text) {
  if (source->message_capacity > 0) snprintf(source->message, source->message_capacity, "%s", text);
}

static void on_error(png_structp png, png_const_charp text) {
  reader *source = png_get_error_ptr(png);
  // The data of an image chunk may also end before the last row.
  if (strstr(text, "Not enough image data") != NULL) source->is_truncated = 1;
  report(source, text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t wanted) {
  reader *source = png_get_io_ptr(png);
  if (wanted > source->count - source->position) {
    source->is_truncated = 1;
    png_error(png, "the file ends too early");
  }
  memcpy(target, source->bytes + source->position, wanted);
  source->position += wanted;
}

/// Called for every decoded row, just before it is written.
static void count_row(png_structp png, png_row_infop row, png_bytep samples) {
  (void)row;
  (void)samples;
  reader *source = png_get_user_transform_ptr(png);
  if (source->rows_left > 0) source->rows_left--;
}

static uint64_t rows_of_all_passes(int passes, uint32_t width, uint32_t height) {
  if (passes == 1) return height;
  uint64_t rows = 0;
  for (int pass = 0; pass < passes; pass++)
    if (PNG_PASS_COLS(width, pass) > 0) rows += PNG_PASS_ROWS(height, pass);
  return rows;
}

/// Asks libpng for stored samples of at most 8 bits (grey: 16) without alpha. Returns the number of
/// interlace passes.
static int choose_layout(png_structp png, png_infop info) {
  int color_type = png_get_color_type(png, info);
  png_set_packing(png);
  if (color_type != PNG_COLOR_TYPE_GRAY) png_set_strip_16(png);
  if (color_type & PNG_COLOR_MASK_ALPHA) png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return passes;
}

static void read_rows(png_structp png, int passes, uint32_t height, size_t row_bytes,
                      uint8_t *samples) {
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < height; y++) png_read_row(png, samples + (size_t)y * row_bytes, NULL);
}

/// The part that libpng may leave by a long jump: no variable of this frame is used after the jump.
static int decode(png_structp png, png_infop info, reader *source, uint32_t width, uint32_t height,
                  uint8_t *samples, size_t capacity) {
  if (setjmp(png_jmpbuf(png))) return -1;
  png_set_read_fn(png, source, read_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_read_user_transform_fn(png, count_row);
  png_set_user_transform_info(png, source, 0, 0);
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
    png_error(png, "the file declares two different sizes");
  int passes = choose_layout(png, info);
  size_t row_bytes = png_get_rowbytes(png, info);
  if (row_bytes == 0 || capacity / row_bytes != height || capacity % row_bytes != 0)
    png_error(png, "the rows have an unexpected length");
  source->has_rows = 1;
  source->rows_left = rows_of_all_passes(passes, width, height);
  read_rows(png, passes, height, row_bytes, samples);
  return 0;
}

cpng_status cpng_decode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height,
                        uint8_t *samples, size_t capacity, char *message, size_t message_capacity) {
  reader source = {bytes, count, 0, 0, 0, 0, message, message_capacity};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
  if (png == NULL) {
    report(&source, "libpng could not be started");
    return CPNG_FAILED;
  }
  png_infop info = png_create_info_struct(png);
  int status = -1;
  if (info == NULL)
    report(&source, "out of memory");
  else
    status = decode(png, info, &source, width, height, samples, capacity);
  png_destroy_read_struct(&png, &info, NULL);
  // libpng looks for the end of the compressed data after the last row. The image is whole without
  // it.
  if (status != 0 && source.has_rows && source.rows_left == 0 && source.is_truncated)
    return CPNG_DECODED;
  if (status != 0 && source.is_truncated) return CPNG_TRUNCATED;
  if (status != 0 && source.has_rows) return CPNG_DAMAGED;
  return status == 0 ? CPNG_DECODED : CPNG_FAILED;
}

int cpng_inflate(const uint8_t *bytes, size_t count, uint8_t *text, size_t capacity,
                 size_t *written) {
  uLongf length = capacity;
  if (uncompress(text, &length, bytes, count) != Z_OK) return -1;
  *written = length;
  return 0;
}
