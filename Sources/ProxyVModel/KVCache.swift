import Tensor

/// How keys and values are kept between steps.
public enum CacheFormat: String, Sendable, CaseIterable {
  case f32
  /// Half the memory: keys and values are rounded to bf16.
  case bf16
}

/// Keys (after RoPE) and values of one decoder layer, in packed order: vision, newlines, text,
/// generated tokens.
public struct LayerCache: Sendable {
  private var storage: Storage

  private enum Storage: Sendable {
    case exact(keys: Matrix, values: Matrix)  // each [tokens, keyValueHeads * headDimension]
    case rounded(keys: RoundedRows, values: RoundedRows)
  }

  init(width: Int, format: CacheFormat) {
    switch format {
    case .f32:
      storage = .exact(
        keys: Matrix(rows: 0, columns: width), values: Matrix(rows: 0, columns: width))
    case .bf16:
      storage = .rounded(keys: RoundedRows(columns: width), values: RoundedRows(columns: width))
    }
  }

  /// [tokens, keyValueHeads * headDimension]
  public var keys: Matrix {
    switch storage {
    case .exact(let keys, _): keys
    case .rounded(let keys, _): keys.matrix
    }
  }

  /// [tokens, keyValueHeads * headDimension]
  public var values: Matrix {
    switch storage {
    case .exact(_, let values): values
    case .rounded(_, let values): values.matrix
    }
  }

  /// The softmax mixture of the values for queries after RoPE. // queries [tokens, heads *
  /// headDimension] -> the same
  func mixed(
    _ queries: Matrix, headDimension: Int, visible: VisibleKeys, _ compute: Compute
  ) -> Matrix {
    let scale = 1 / Float(headDimension).squareRoot()
    return switch storage {
    case .exact(let keys, let values):
      compute.attention(
        queries: queries, keys: keys, values: values, headDimension: headDimension,
        visible: visible, scale: scale)
    case .rounded(let keys, let values):
      compute.attention(
        queries: queries, keys: keys, values: values, headDimension: headDimension,
        visible: visible, scale: scale)
    }
  }

  public var count: Int {
    switch storage {
    case .exact(let keys, _): keys.rows
    case .rounded(let keys, _): keys.rows
    }
  }

  mutating func reserve(_ tokens: Int) {
    update({ $0.reserveRows(tokens) }, { $0.reserveRows(tokens) })
  }

  mutating func append(_ projected: (keys: Matrix, values: Matrix)) {
    update(keys: { $0.append(projected.keys) }, { $0.append(projected.keys) })
    update(values: { $0.append(projected.values) }, { $0.append(projected.values) })
  }

  /// Writes rows from `start` on: behind the last row they are appended, before it they replace
  /// what was there.
  mutating func write(_ projected: (keys: Matrix, values: Matrix), at start: Int) {
    guard start < count else { return append(projected) }
    update(
      keys: { $0.replaceRows(from: start, with: projected.keys) },
      { $0.replaceRows(from: start, with: projected.keys) })
    update(
      values: { $0.replaceRows(from: start, with: projected.values) },
      { $0.replaceRows(from: start, with: projected.values) })
  }

  /// Writes each row to a place of its own.
  mutating func write(_ projected: (keys: Matrix, values: Matrix), at places: ArraySlice<Int>) {
    for run in Array(places).consecutiveRuns {
      write(
        (projected.keys[rows: run], projected.values[rows: run]),
        at: places[places.startIndex + run.lowerBound])
    }
  }

  mutating func grow(toRows count: Int) {
    update({ $0.grow(toRows: count) }, { $0.grow(toRows: count) })
  }

  mutating func copyRows(_ source: Range<Int>, to target: Int) {
    update({ $0.copyRows(source, to: target) }, { $0.copyRows(source, to: target) })
  }

  mutating func truncate(to tokens: Int) {
    update({ $0.truncate(toRows: tokens) }, { $0.truncate(toRows: tokens) })
  }

  private mutating func update(
    _ exact: (inout Matrix) -> Void, _ rounded: (inout RoundedRows) -> Void
  ) {
    update(keys: exact, rounded)
    update(values: exact, rounded)
  }

  private mutating func update(
    keys exact: (inout Matrix) -> Void, _ rounded: (inout RoundedRows) -> Void
  ) {
    switch take() {
    case .exact(var keys, let values):
      exact(&keys)
      storage = .exact(keys: keys, values: values)
    case .rounded(var keys, let values):
      rounded(&keys)
      storage = .rounded(keys: keys, values: values)
    }
  }

  private mutating func update(
    values exact: (inout Matrix) -> Void, _ rounded: (inout RoundedRows) -> Void
  ) {
    switch take() {
    case .exact(let keys, var values):
      exact(&values)
      storage = .exact(keys: keys, values: values)
    case .rounded(let keys, var values):
      rounded(&values)
      storage = .rounded(keys: keys, values: values)
    }
  }

  /// The storage, held nowhere else meanwhile, so that its arrays are changed in place and not
  /// copied.
  private mutating func take() -> Storage {
    let taken = storage
    storage = .exact(keys: Matrix(rows: 0, columns: 0), values: Matrix(rows: 0, columns: 0))
    return taken
  }
}

/// The caches of all layers of one sequence.
public struct KVCache: Sendable {
  public internal(set) var layers: [LayerCache]
  /// By how much the position ids of each layer are smaller than those of layer 0: a method that
  /// drops tokens between layers may number the others anew. // [layers]
  var positionShifts: [Int]
  /// The vision tokens that a method kept, by the layer before which it dropped the others; indices
  /// in the prompt's order.
  var keptVision: [Int: [Int]] = [:]

  init(layers: Int, width: Int, capacity: Int, format: CacheFormat = .f32) {
    self.layers = (0..<layers).map { _ in
      var cache = LayerCache(width: width, format: format)
      cache.reserve(capacity)
      return cache
    }
    positionShifts = Array(repeating: 0, count: layers)
  }

  /// Tokens held by each layer.
  public var lengths: [Int] { layers.map(\.count) }

  /// Forgets everything from token `length` on, in every layer: how the next question returns to
  /// the shared image.
  mutating func truncate(to lengths: [Int]) {
    for (index, length) in lengths.enumerated() { layers[index].truncate(to: length) }
  }
}

extension [Int] {
  /// The indices of neighbours that count up one by one: `[4, 5, 9]` has `0..<2` and `2..<3`.
  fileprivate var consecutiveRuns: [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in indices {
      if index > 0, self[index] == self[index - 1] + 1 {
        runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }
}
