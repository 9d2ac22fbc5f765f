#if defined(__x86_64__)
#include <immintrin.h>

#include "internal.h"

// Conversions of activations and weights between the forms that the tiles read.

static CK_AVX512_TARGET void widen_bf16(const uint32_t *pairs, size_t steps, size_t columns,
                                        float *out) {
  const __m512i high = _mm512_set1_epi32((int)0xffff0000);
  for (size_t s = 0; s < steps; s++) {
    for (size_t n = 0; n < columns; n += 16) {
      __m512i pair = _mm512_loadu_si512(pairs + s * columns + n);
      _mm512_storeu_si512(out + 2 * s * columns + n, _mm512_slli_epi32(pair, 16));
      _mm512_storeu_si512(out + (2 * s + 1) * columns + n, _mm512_and_si512(pair, high));
    }
  }
}

CK_INLINE CK_AVX512_TARGET float largest_size(const float *x, size_t count) {
  __m512 largest[4];
  _Pragma("unroll") for (int j = 0; j < 4; j++) largest[j] = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 64 <= count; i += 64)
    _Pragma("unroll") for (int j = 0; j < 4; j++) largest[j] =
        _mm512_max_ps(_mm512_abs_ps(_mm512_loadu_ps(x + i + 16 * j)), largest[j]);
  for (; i < count; i += 16) {
    __mmask16 mask = (__mmask16)((1u << ck_min(16, count - i)) - 1);
    largest[0] = _mm512_max_ps(_mm512_abs_ps(_mm512_maskz_loadu_ps(mask, x + i)), largest[0]);
  }
  return _mm512_reduce_max_ps(
      _mm512_max_ps(_mm512_max_ps(largest[0], largest[1]), _mm512_max_ps(largest[2], largest[3])));
}

// At most 127 in size, so only NaN needs a bound: it becomes the least integer.
CK_INLINE CK_AVX512_TARGET __m512i whole_numbers(__m512 value, __m512 inverse) {
  return _mm512_max_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(value, inverse)),
                          _mm512_set1_epi32(-127));
}

CK_INLINE CK_AVX512_TARGET __m128i quantised(__m512 value, __m512 inverse) {
  return _mm_xor_si128(_mm512_cvtepi32_epi8(whole_numbers(value, inverse)),
                       _mm_set1_epi8((char)0x80));
}

static CK_AVX512_TARGET float quantise(const float *x, size_t count, uint8_t *out) {
  float peak = largest_size(x, count);
  size_t i;
  __m512 inverse = _mm512_set1_ps(peak >= CK_LEAST_PEAK ? 127 / peak : 0);
  for (i = 0; i + 16 <= count; i += 16)
    _mm_storeu_si128((__m128i *)(out + i), quantised(_mm512_loadu_ps(x + i), inverse));
  if (i < count) {
    __mmask16 valid = (__mmask16)((1u << (count - i)) - 1),
              padded = (__mmask16)((1u << ck_round_up(count - i, 4)) - 1);
    _mm_mask_storeu_epi8(out + i, padded, quantised(_mm512_maskz_loadu_ps(valid, x + i), inverse));
  }
  return peak / 127;
}

// 16 x 16 words: four rounds of interleaving, pairs of 4, 8, 16 and 32 bytes.
CK_INLINE CK_AVX512_TARGET void transpose_registers(__m512i a[16], __m512i out[16]) {
  __m512i b[16];
  _Pragma("unroll") for (int i = 0; i < 16; i += 2) {
    b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
  }
  _Pragma("unroll") for (int i = 0; i < 16; i += 4) {
    a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  // a[4 g + j] holds, in 128-bit lane l, column 4 l + j of rows 4 g ..< 4 g + 4.
  _Pragma("unroll") for (int j = 0; j < 4; j++) {
    __m512i low01 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0x44),
            high01 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0xee);
    __m512i low23 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0x44),
            high23 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0xee);
    out[j] = _mm512_shuffle_i32x4(low01, low23, 0x88);
    out[4 + j] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
    out[8 + j] = _mm512_shuffle_i32x4(high01, high23, 0x88);
    out[12 + j] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
  }
}

CK_INLINE CK_AVX512_TARGET void transpose_rows(__m512i a[16], uint32_t *out, size_t out_stride) {
  __m512i columns[16];
  transpose_registers(a, columns);
  _Pragma("unroll") for (int i = 0; i < 16; i++)
      _mm512_storeu_si512(out + i * out_stride, columns[i]);
}

CK_INLINE CK_AVX512_TARGET void transpose_block(const uint32_t *in, size_t in_stride, uint32_t *out,
                                                size_t out_stride) {
  __m512i a[16];
  _Pragma("unroll") for (int i = 0; i < 16; i++) a[i] =
      _mm512_loadu_si512(in + (size_t)i * in_stride);
  transpose_rows(a, out, out_stride);
}

// 8 rows of 16 words, for the left side of a tile: the same rounds up to 8 bytes; then lane l of
// a[j] and of a[4 + j] together are column 4 l + j, and two neighbours fill a line.
CK_INLINE CK_AVX512_TARGET void interleave_block(__m512i a[8], uint32_t *out) {
  __m512i b[8];
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11),
                second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  _Pragma("unroll") for (int i = 0; i < 8; i += 2) {
    b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
  }
  _Pragma("unroll") for (int i = 0; i < 8; i += 4) {
    a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  _Pragma("unroll") for (int j = 0; j < 4; j += 2) {
    __m512i low = _mm512_permutex2var_epi64(a[j], first, a[4 + j]),
            high = _mm512_permutex2var_epi64(a[j], second, a[4 + j]);
    __m512i low1 = _mm512_permutex2var_epi64(a[j + 1], first, a[5 + j]),
            high1 = _mm512_permutex2var_epi64(a[j + 1], second, a[5 + j]);
    _mm512_storeu_si512(out + 8 * j, _mm512_shuffle_i64x2(low, low1, 0x44));
    _mm512_storeu_si512(out + 8 * (4 + j), _mm512_shuffle_i64x2(low, low1, 0xee));
    _mm512_storeu_si512(out + 8 * (8 + j), _mm512_shuffle_i64x2(high, high1, 0x44));
    _mm512_storeu_si512(out + 8 * (12 + j), _mm512_shuffle_i64x2(high, high1, 0xee));
  }
}

static CK_AVX512_TARGET void interleave(const uint32_t *in, size_t in_stride, size_t columns,
                                        uint32_t *out) {
  size_t column = 0;
  for (; column + 16 <= columns; column += 16) {
    __m512i a[8];
    _Pragma("unroll") for (int r = 0; r < 8; r++) a[r] =
        _mm512_loadu_si512(in + (size_t)r * in_stride + column);
    interleave_block(a, out + 8 * column);
  }
  for (; column < columns; column++)
    for (size_t r = 0; r < 8; r++) out[8 * column + r] = in[r * in_stride + column];
}

static CK_AVX512_TARGET void interleave_int8(const float *x, size_t stride, size_t count,
                                             const float *next, float *scales, uint32_t *out) {
  // Packing works within 128-bit lanes: byte 4 v + k of lane l is value 4 l + k of vector v.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
                middle = _mm512_set1_epi8((char)0x80);
  float inverse[CK_TILE_ROWS];
  for (size_t r = 0; r < CK_TILE_ROWS; r++) {
    float peak = largest_size(x + r * stride, count);
    scales[r] = peak / 127;
    inverse[r] = peak >= CK_LEAST_PEAK ? 127 / peak : 0;
  }
  for (size_t i = 0; i < count; i += 64) {
    __m512i a[8];
    _Pragma("unroll") for (int r = 0; r < 8; r++) {
      const float *row = x + (size_t)r * stride + i;
      __m512 factor = _mm512_set1_ps(inverse[r]);
      __m512i v[4];
      _Pragma("unroll") for (int j = 0; j < 4; j++) {
        __builtin_prefetch(next + (size_t)r * stride + i + 16 * j, 0, 2);
        v[j] = whole_numbers(_mm512_loadu_ps(row + 16 * j), factor);
      }
      __m512i bytes =
          _mm512_packs_epi16(_mm512_packs_epi32(v[0], v[1]), _mm512_packs_epi32(v[2], v[3]));
      a[r] = _mm512_xor_si512(_mm512_permutexvar_epi32(order, bytes), middle);
    }
    interleave_block(a, out + 2 * i);
  }
}

static CK_BF16_TARGET void interleave_bf16(const float *x, size_t stride, size_t count,
                                           const float *next, uint32_t *out) {
  for (size_t i = 0; i < count; i += 32) {
    __m512i a[8];
    _Pragma("unroll") for (int r = 0; r < 8; r++) {
      const float *row = x + (size_t)r * stride + i;
      __builtin_prefetch(next + (size_t)r * stride + i, 0, 2);
      __builtin_prefetch(next + (size_t)r * stride + i + 16, 0, 2);
      a[r] = (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(row + 16), _mm512_loadu_ps(row));
    }
    interleave_block(a, out + 4 * i);
  }
}

static CK_AVX512_TARGET void transpose(const uint32_t *in, size_t in_stride, size_t rows,
                                       size_t columns, uint32_t *out, size_t out_stride) {
  if (rows == 8 && out_stride == 8) {
    interleave(in, in_stride, columns, out);
    return;
  }
  size_t row = 0;
  for (; row + 16 <= rows; row += 16) {
    size_t column = 0;
    for (; column + 16 <= columns; column += 16)
      transpose_block(in + row * in_stride + column, in_stride, out + column * out_stride + row,
                      out_stride);
    for (; column < columns; column++)
      for (size_t r = row; r < row + 16; r++)
        out[column * out_stride + r] = in[r * in_stride + column];
  }
  for (; row < rows; row++)
    for (size_t column = 0; column < columns; column++)
      out[column * out_stride + row] = in[row * in_stride + column];
}

static CK_BF16_TARGET void transpose_bf16(const float *x, size_t stride, size_t rows, size_t count,
                                          uint32_t *out, size_t out_stride) {
  for (size_t row = 0; row < rows; row += 16) {
    for (size_t i = 0; i < count; i += 32) {
      __m512i a[16];
      _Pragma("unroll") for (int r = 0; r < 16; r++) {
        size_t place = (row + (size_t)r) * stride + i;
        a[r] = (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + place + 16),
                                            _mm512_loadu_ps(x + place));
      }
      transpose_rows(a, out + i / 2 * out_stride + row, out_stride);
    }
  }
}

static CK_BF16_TARGET void pair_bf16(const float *even, const float *odd, size_t count,
                                     uint32_t *out) {
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 mask = (__mmask16)((1u << ck_min(16, count - i)) - 1), odd_mask = odd ? mask : 0;
    __m512i low =
        _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, even + i)));
    __m512i high = _mm512_cvtepu16_epi32(
        (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(odd_mask, odd ? odd + i : even)));
    _mm512_storeu_si512(out + i, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
}

// Which halves of two rows of 32 make their pairs: the first 16 and the second.
typedef struct {
  __m512i first, second;
} paired_places;
CK_INLINE CK_AVX512_TARGET paired_places paired(void) {
  __m512i first = _mm512_setr_epi32(0x200000, 0x210001, 0x220002, 0x230003, 0x240004, 0x250005,
                                    0x260006, 0x270007, 0x280008, 0x290009, 0x2a000a, 0x2b000b,
                                    0x2c000c, 0x2d000d, 0x2e000e, 0x2f000f);
  return (paired_places){first, _mm512_add_epi16(first, _mm512_set1_epi16(16))};
}

static CK_BF16_TARGET void pair_halves(const uint16_t *even, const uint16_t *odd, size_t count,
                                       uint32_t *out) {
  const paired_places places = paired();
  size_t i = 0;
  for (; odd && i + 32 <= count; i += 32) {
    __m512i low = _mm512_loadu_si512(even + i), high = _mm512_loadu_si512(odd + i);
    _mm512_storeu_si512(out + i, _mm512_permutex2var_epi16(low, places.first, high));
    _mm512_storeu_si512(out + i + 16, _mm512_permutex2var_epi16(low, places.second, high));
  }
  for (; i < count; i += 16) {
    __mmask16 mask = (__mmask16)((1u << ck_min(16, count - i)) - 1), odd_mask = odd ? mask : 0;
    __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, even + i));
    __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(odd_mask, odd ? odd + i : even));
    _mm512_storeu_si512(out + i, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
}

static CK_BF16_TARGET void score_keys(const uint32_t *keys, size_t stride, const uint32_t *query,
                                      float *scores) {
  __m512i rows[16], columns[16];
  _Pragma("unroll") for (int r = 0; r < 16; r++) rows[r] =
      _mm512_loadu_si512(keys + (size_t)r * stride);
  transpose_registers(rows, columns);
  __m512 sum = _mm512_loadu_ps(scores);
  _Pragma("unroll") for (int s = 0; s < 16; s++) sum = _mm512_dpbf16_ps(
      sum, (__m512bh)_mm512_set1_epi32((int)query[s * CK_TILE_ROWS]), (__m512bh)columns[s]);
  _mm512_storeu_ps(scores, sum);
}

static CK_BF16_TARGET void mix_values(const uint16_t *values, size_t stride, size_t pairs,
                                      const uint32_t *weights, size_t count, float *out) {
  const paired_places places = paired();
  for (size_t i = 0; i < count; i += 32) {
    __m512 first = _mm512_loadu_ps(out + i), second = _mm512_loadu_ps(out + i + 16);
    for (size_t p = 0; p < pairs; p++) {
      const uint16_t *even = values + 2 * p * stride + i;
      __m512i low = _mm512_loadu_si512(even), high = _mm512_loadu_si512(even + stride);
      __m512bh weight = (__m512bh)_mm512_set1_epi32((int)weights[p]);
      first = _mm512_dpbf16_ps(first, weight,
                               (__m512bh)_mm512_permutex2var_epi16(low, places.first, high));
      second = _mm512_dpbf16_ps(second, weight,
                                (__m512bh)_mm512_permutex2var_epi16(low, places.second, high));
    }
    _mm512_storeu_ps(out + i, first);
    _mm512_storeu_ps(out + i + 16, second);
  }
}

void ck_fill_pairs_bf16(ck_kernels *kernels) {
  kernels->interleave_bf16 = interleave_bf16;
  kernels->transpose_bf16 = transpose_bf16;
  kernels->pair_bf16 = pair_bf16;
  kernels->pair_halves = pair_halves;
  kernels->score_keys = score_keys;
  kernels->mix_values = mix_values;
}

void ck_fill_conversions_avx512(ck_kernels *kernels) {
  kernels->widen_bf16 = widen_bf16;
  kernels->quantise = quantise;
  kernels->interleave_int8 = interleave_int8;
  kernels->transpose = transpose;
}
#endif
