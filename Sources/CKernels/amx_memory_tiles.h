// Tiles that lie in memory, for the forms without AMX. Included inside a target attribute, before
// what defines product_bf16.
typedef struct {
  _Alignas(64) uint32_t words[8][16][16];
  size_t rows[8];
} tile_state;

CK_INLINE void load(tile_state *tiles, int t, const void *from, size_t stride) {
  for (size_t row = 0; row < tiles->rows[t]; row++)
    memcpy(tiles->words[t][row], (const char *)from + row * stride, 64);
}
CK_INLINE void store(const tile_state *tiles, int t, void *to, size_t stride) {
  for (size_t row = 0; row < tiles->rows[t]; row++)
    memcpy((char *)to + row * stride, tiles->words[t][row], 64);
}
CK_INLINE void configure(tile_state *tiles, size_t first, size_t second) {
  memset(tiles, 0, sizeof *tiles);
  for (int t = 0; t < 8; t++)
    tiles->rows[t] = t == 0 || t == 1 || t == 4 ? first : t == 2 || t == 3 || t == 5 ? second : 16;
}

#define TILE_CONFIGURE(first, second) configure(tiles, first, second)
#define TILE_RELEASE() (void)0
#define TILE_ZERO(t) memset(tiles->words[t], 0, sizeof tiles->words[t])
#define TILE_LOAD(t, from, stride) load(tiles, t, from, stride)
#define TILE_LOAD_PASSING(t, from, stride) load(tiles, t, from, stride)
#define TILE_STORE(t, to, stride) store(tiles, t, to, stride)
#define TILE_BF16(c, a, b) product_bf16(tiles, c, a, b)
