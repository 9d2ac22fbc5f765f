public import Tensor

/// Where the tokens of several continuations of one prefix lie in the cache, so that all of them
/// are computed in one pass.
///
/// A single continuation lies right behind the prefix. Several get a slab of rows each: attention
/// takes keys in tiles, and a slab begins at a tile, with a copy of those last rows of the prefix
/// that do not fill one. Every token then has the same place in the same tile as if its
/// continuation were computed alone, and sees the same tiles in the same order and segments; so it
/// gets the same bits (``Compute/attention(queries:keys:values:headDimension:visible:scale:)``).
public struct ContinuationSlots: Sendable {
  /// A token of a continuation.
  public struct Token: Sendable {
    public var continuation: Int
    /// Its place in the continuation.
    public var index: Int

    public init(continuation: Int, index: Int) {
      self.continuation = continuation
      self.index = index
    }
  }

  /// [layers]
  public let prefixLengths: [Int]
  public let count: Int
  /// The most tokens that a continuation may have.
  public let room: Int

  public init(prefixLengths: [Int], count: Int, room: Int) {
    self.prefixLengths = prefixLengths
    self.count = count
    self.room = room
  }

  /// Rows behind a prefix that continuations need at most.
  public static func rows(count: Int, room: Int) -> Int {
    count == 1 ? room : Compute.keysPerTile + count * tiles(Compute.keysPerTile - 1 + room)
  }

  /// Makes room in the caches, and copies the ends of the prefix.
  func prepare(_ cache: inout KVCache) {
    guard count > 1 else { return }
    for layer in prefixLengths.indices {
      let end = prefixLengths[layer]
      let tail = end - leftover(layer)..<end
      cache.layers[layer].grow(toRows: slab(0, layer) + count * slabRows(layer))
      for continuation in 0..<count {
        cache.layers[layer].copyRows(tail, to: slab(continuation, layer))
      }
    }
  }

  /// The row of a token in a layer's cache.
  public func row(of token: Token, layer: Int) -> Int {
    count == 1
      ? prefixLengths[layer] + token.index
      : slab(token.continuation, layer) + leftover(layer) + token.index
  }

  /// What tokens see in a layer: the prefix, and their own continuation up to themselves.
  public func visible(to tokens: [Token], layer: Int) -> VisibleKeys {
    let end = prefixLengths[layer]
    let tail = leftover(layer)
    if count == 1 {  // in the same segments as if there were several
      let whole = end - tail
      if whole == 0 {
        return VisibleKeys(segmentStarts: [0], counts: tokens.map { Int32(end + $0.index + 1) })
      }
      return VisibleKeys(
        segmentStarts: [0, whole],
        counts: tokens.flatMap { [Int32(whole), Int32(tail + $0.index + 1)] })
    }
    var counts: [Int32] = []  // [tokens, 1 + continuations]
    counts.reserveCapacity(tokens.count * (1 + count))
    for token in tokens {
      counts.append(Int32(end - tail))
      for continuation in 0..<count {
        counts.append(continuation == token.continuation ? Int32(tail + token.index + 1) : 0)
      }
    }
    return VisibleKeys(segmentStarts: [0] + (0..<count).map { slab($0, layer) }, counts: counts)
  }

  /// Rows at the end of the prefix that fill no tile.
  private func leftover(_ layer: Int) -> Int { prefixLengths[layer] % Compute.keysPerTile }
  private func slabRows(_ layer: Int) -> Int { Self.tiles(leftover(layer) + room) }
  private func slab(_ continuation: Int, _ layer: Int) -> Int {
    Self.tiles(prefixLengths[layer]) + continuation * slabRows(layer)
  }

  /// `rows` rounded up to whole tiles.
  private static func tiles(_ rows: Int) -> Int {
    (rows + Compute.keysPerTile - 1) / Compute.keysPerTile * Compute.keysPerTile
  }
}
