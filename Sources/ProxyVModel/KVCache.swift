import Tensor

/// Keys (after RoPE) and values of one decoder layer, in packed order: vision, newlines, text, generated tokens.
public struct LayerCache: Sendable {
  public private(set) var keys: Matrix  // [tokens, keyValueHeads * headDimension]
  public private(set) var values: Matrix  // [tokens, keyValueHeads * headDimension]

  init(width: Int) {
    keys = Matrix(rows: 0, columns: width)
    values = Matrix(rows: 0, columns: width)
  }

  public var count: Int { keys.rows }

  mutating func reserve(_ tokens: Int) {
    keys.reserveRows(tokens)
    values.reserveRows(tokens)
  }

  mutating func append(_ projected: (keys: Matrix, values: Matrix)) {
    keys.append(projected.keys)
    values.append(projected.values)
  }

  mutating func truncate(to tokens: Int) {
    keys.truncate(toRows: tokens)
    values.truncate(toRows: tokens)
  }
}

/// The caches of all layers of one sequence.
public struct KVCache: Sendable {
  public internal(set) var layers: [LayerCache]
  /// By how much the position ids of each layer are smaller than those of layer 0: a method that drops tokens between
  /// layers may number the others anew. // [layers]
  var positionShifts: [Int]

  init(layers: Int, width: Int, capacity: Int) {
    self.layers = (0..<layers).map { _ in
      var cache = LayerCache(width: width)
      cache.reserve(capacity)
      return cache
    }
    positionShifts = Array(repeating: 0, count: layers)
  }

  /// Tokens held by each layer.
  public var lengths: [Int] { layers.map(\.count) }

  /// Forgets everything from token `length` on, in every layer: how the next question returns to the shared image.
  mutating func truncate(to lengths: [Int]) {
    for (index, length) in lengths.enumerated() { layers[index].truncate(to: length) }
  }
}
