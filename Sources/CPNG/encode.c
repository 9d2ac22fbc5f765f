#include <limits.h>
#include <png.h>
#include <string.h>

#include "CPNG.h"

static void describe(png_image *image, uint32_t width, uint32_t height) {
  memset(image, 0, sizeof *image);
  image->version = PNG_IMAGE_VERSION;
  image->width = width;
  image->height = height;
  image->format = PNG_FORMAT_RGB;
}

size_t cpng_encoded_bound(uint32_t width, uint32_t height) {
  if (width == 0 || height == 0 || width > INT_MAX / 3 || height > INT_MAX) return 0;
  if ((uint64_t)width * height > INT_MAX / 3) return 0;
  png_image image;
  describe(&image, width, height);
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

int cpng_encode(const uint8_t *samples, uint32_t width, uint32_t height, uint8_t *file,
                size_t capacity, size_t *written) {
  png_image image;
  describe(&image, width, height);
  png_alloc_size_t size = capacity;
  if (!png_image_write_to_memory(&image, file, &size, 0, samples, 0, NULL)) return -1;
  *written = size;
  return 0;
}
