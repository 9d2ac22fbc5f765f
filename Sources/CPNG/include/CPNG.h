#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CPNG_DECODED = 0,
  /// Nothing usable: a bad header, no memory.
  CPNG_FAILED = 1,
  /// The data end before the last row.
  CPNG_TRUNCATED = 2,
  /// A row cannot be decoded. The rows before it (of an interlaced image: the pixels) are written,
  /// the others are untouched.
  CPNG_DAMAGED = 3
} cpng_status;

/// Decodes the samples of a PNG file in memory, without any colour conversion.
///
/// What a row holds, with w = width and no padding between rows:
///   grey, up to 8 bits    w bytes, the stored value (0...1, 0...3, 0...15 or 0...255)
///   grey, 16 bits         2 w bytes, big-endian
///   palette               w bytes, the stored index
///   grey with alpha       w bytes, alpha dropped, the high byte where stored with 16 bits
///   RGB and RGBA          3 w bytes, alpha dropped, the high byte where stored with 16 bits
///
/// Gamma, transparency and colour profiles are not applied, and checksums are not verified.
///
/// - Parameters:
///   - width, height: what the caller has read from the header; another size in the file is an
///     error.
///   - samples: room for `capacity` bytes, which must be exactly what the rows need.
///   - message: receives the reason of a failure, terminated by zero.
cpng_status cpng_decode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height,
                        uint8_t *samples, size_t capacity, char *message, size_t message_capacity);

/// Inflates a compressed text chunk. Returns 0 and the length in `written`, or -1 where it is
/// broken or longer than `capacity`.
int cpng_inflate(const uint8_t *bytes, size_t count, uint8_t *text, size_t capacity,
                 size_t *written);

/// The most bytes that cpng_encode writes for an image of this size, or 0 where it is too large.
size_t cpng_encoded_bound(uint32_t width, uint32_t height);

/// Writes rows of 3 w bytes as an 8-bit RGB PNG. Returns 0 and the length in `written`, or -1
/// without memory or room.
int cpng_encode(const uint8_t *samples, uint32_t width, uint32_t height, uint8_t *file,
                size_t capacity, size_t *written);

#endif
