import Tensor

/// One layer of the language model: the operations that every prefill method is written against.
///
/// Weights are linear maps `[out, in]`; the checkpoint keys of each family stand in
/// `DecoderLayer+Loading.swift`.
struct DecoderLayer: Sendable {
  struct Shape: Sendable {
    let hidden: Int
    let heads: Int
    let keyValueHeads: Int
    let headDimension: Int
    let epsilon: Float
  }

  let shape: Shape
  let inputNorm: [Float]  // [hidden]
  let query: LinearWeights  // [heads * headDimension, hidden]
  let key: LinearWeights  // [keyValueHeads * headDimension, hidden]
  let value: LinearWeights  // [keyValueHeads * headDimension, hidden]
  let queryBias: [Float]?
  let keyBias: [Float]?
  let valueBias: [Float]?
  let output: LinearWeights  // [hidden, heads * headDimension]
  let postAttentionNorm: [Float]  // [hidden]
  let gate: LinearWeights  // [intermediate, hidden]
  let up: LinearWeights  // [intermediate, hidden]
  let down: LinearWeights  // [hidden, intermediate]

  /// The normed input that queries, keys and values are projected from. // [tokens, hidden]
  func normed(_ x: Matrix, _ compute: Compute) -> Matrix {
    compute.rmsNorm(x, weight: inputNorm, epsilon: shape.epsilon)
  }

  /// Keys (after RoPE) and values of tokens. // normed [tokens, hidden] -> 2 x [tokens,
  /// keyValueHeads * headDimension]
  ///
  /// - Parameter first: the row of `rotary` that belongs to the first token
  func keysValues(
    _ normed: Matrix, rotary: RotaryTable, from first: Int = 0, _ compute: Compute
  ) -> (keys: Matrix, values: Matrix) {
    var projected = compute.linears(normed, [(value, valueBias), (key, keyBias)])
    var keys = projected.removeLast()
    compute.rotate(&keys, by: rotary, from: first)
    return (keys, projected.removeLast())
  }

  /// Keys after RoPE. // normed [tokens, hidden] -> [tokens, keyValueHeads * headDimension]
  func keys(_ normed: Matrix, rotary: RotaryTable, _ compute: Compute) -> Matrix {
    var keys = compute.linear(normed, key, bias: keyBias)
    compute.rotate(&keys, by: rotary)
    return keys
  }

  /// `x + o_proj(attention)`: the tokens of `x` look at what `cache` holds.
  ///
  /// - Parameters:
  ///   - normed: ``normed(_:_:)`` of `x` // [tokens, hidden]
  ///   - rotary: the position ids of `x`
  ///   - visible: which rows of the cache each token sees
  func attended(
    _ x: Matrix, normed: Matrix, rotary: RotaryTable, cache: LayerCache, visible: VisibleKeys,
    _ compute: Compute
  ) -> Matrix {
    projected(
      mixed(normed, rotary: rotary, cache: cache, visible: visible, compute), onto: x, compute)
  }

  /// Queries after RoPE. // normed [tokens, hidden] -> [tokens, heads * headDimension]
  ///
  /// - Parameter first: the row of `rotary` that belongs to the first token
  func queries(
    _ normed: Matrix, rotary: RotaryTable, from first: Int = 0, _ compute: Compute
  ) -> Matrix {
    var queries = compute.linear(normed, query, bias: queryBias)
    compute.rotate(&queries, by: rotary, from: first)
    return queries
  }

  /// The softmax mixture of cached values, before the output projection. // [tokens, heads *
  /// headDimension]
  func mixed(
    _ normed: Matrix, rotary: RotaryTable, cache: LayerCache, visible: VisibleKeys,
    _ compute: Compute
  ) -> Matrix {
    cache.mixed(
      queries(normed, rotary: rotary, compute), headDimension: shape.headDimension,
      visible: visible, compute)
  }

  /// `x + o_proj(mixed)`, in the place of `x` where it is given away. // mixed [tokens, heads *
  /// headDimension] -> [tokens, hidden]
  func projected(_ mixed: Matrix, onto x: consuming Matrix, _ compute: Compute) -> Matrix {
    var y = consume x
    compute.addLinear(mixed, output, to: &y)
    return y
  }

  /// Values repeated for every query head of their group: the attention output of tokens that see
  /// only themselves.
  func spreadToQueryHeads(_ values: Matrix) -> Matrix {
    let h = shape.headDimension
    let group = shape.heads / shape.keyValueHeads
    var spread = Matrix(rows: values.rows, columns: shape.heads * h)
    for row in 0..<values.rows {
      for head in 0..<shape.heads {
        for i in 0..<h {
          spread.values[row * spread.columns + head * h + i] =
            values.values[row * values.columns + head / group * h + i]
        }
      }
    }
    return spread
  }

  /// `x + down(silu(gate h) · up h)` with `h = RMSNorm(x)`, in the place of `x` where it is given
  /// away.
  func fedForward(_ x: consuming Matrix, _ compute: Compute) -> Matrix {
    var y = consume x
    for rows in y.rowBlocks { feedForward(&y, rows: rows, compute) }
    return y
  }

  private func feedForward(_ y: inout Matrix, rows: Range<Int>, _ compute: Compute) {
    let h = compute.rmsNorm(y, rows: rows, weight: postAttentionNorm, epsilon: shape.epsilon)
    compute.addLinear(compute.gatedLinear(h, gate: gate, up: up), down, to: &y, rows: rows)
  }

  /// The ordinary layer: every token is projected, cached, attends and goes through the FFN.
  ///
  /// In blocks of rows and in the place of `x`: for a long prompt each of the intermediates would
  /// be tens of MiB, which stay with the process once they were touched. The blocks go backwards
  /// the second time, since the last one's input is still there.
  ///
  /// - Parameter places: the cache's row of each token; behind all rows by default
  func forward(
    _ x: consuming Matrix, rotary: RotaryTable, cache: inout LayerCache, at places: [Int]? = nil,
    visible: VisibleKeys, _ compute: Compute
  ) -> Matrix {
    var y = consume x
    var h: Matrix? = project(y, rotary: rotary, into: &cache, at: places, compute)
    for rows in y.rowBlocks.reversed() {
      let normed =
        h.take() ?? compute.rmsNorm(y, rows: rows, weight: inputNorm, epsilon: shape.epsilon)
      let queries = queries(normed, rotary: rotary, from: rows.lowerBound, compute)
      let mixed = cache.mixed(
        queries, headDimension: shape.headDimension, visible: visible[queries: rows], compute)
      compute.addLinear(mixed, output, to: &y, rows: rows)
      feedForward(&y, rows: rows, compute)
    }
    return y
  }

  /// Puts the keys and values of tokens into the cache, block by block. // x [tokens, hidden]
  ///
  /// - Parameter places: the cache's row of each token; behind all rows by default
  /// - Returns: the normed input of the last block, nil where there are no tokens
  @discardableResult
  func project(
    _ x: Matrix, rotary: RotaryTable, into cache: inout LayerCache, at places: [Int]? = nil,
    _ compute: Compute
  ) -> Matrix? {
    var last: Matrix?
    for rows in x.rowBlocks {
      let normed = compute.rmsNorm(x, rows: rows, weight: inputNorm, epsilon: shape.epsilon)
      let projected = keysValues(normed, rotary: rotary, from: rows.lowerBound, compute)
      if let places { cache.write(projected, at: places[rows]) } else { cache.append(projected) }
      last = normed
    }
    return last
  }

  /// The layer's output for some tokens whose keys and values are in the cache already: all that is
  /// read of a last layer.
  ///
  /// - Parameters:
  ///   - x: the layer's input for these tokens, and `rotary` and `visible` for them // [tokens,
  ///     hidden]
  func finished(
    _ x: Matrix, rotary: RotaryTable, cache: LayerCache, visible: VisibleKeys, _ compute: Compute
  ) -> Matrix {
    fedForward(
      attended(
        x, normed: normed(x, compute), rotary: rotary, cache: cache, visible: visible, compute),
      compute)
  }
}

extension Matrix {
  /// Rows that are computed together where each stands for itself: wide intermediates of a whole
  /// prefill would be larger than a layer's cache, and blocks of this height lose nothing in the
  /// products.
  var rowBlocks: [Range<Int>] {
    stride(from: 0, to: rows, by: 1024).map { $0..<min(rows, $0 + 1024) }
  }
}
