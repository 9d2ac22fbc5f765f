import CKernels

extension Compute {
  /// Keys that attention takes together, at multiples of this number of rows.
  public static let keysPerTile = 64

  /// Softmax attention with grouped heads: query head `h` reads key head `h / (queryHeads /
  /// keyHeads)`.
  ///
  /// Computed in tiles of ``keysPerTile`` keys at fixed places, with a running softmax; tiles that
  /// no query of a block sees are skipped. Under ``AttentionForm/eager`` every pair is multiplied,
  /// and hidden values must be finite. A query that sees no key gets zeros. A row's bits depend on
  /// the keys it sees and their indices only.
  ///
  /// - Parameters:
  ///   - queries: [batches * queries, queryHeads * headDimension]
  ///   - keys: [batches * keys, keyHeads * headDimension]; may hold more rows than any query sees
  ///   - values: like `keys`
  ///   - batches: sequences of equal length that lie one behind the other in all matrices and see
  ///     only themselves
  ///   - visible: what a query sees of its own sequence
  ///   - scale: the factor on every score, `headDimension^-½` in all our models
  /// - Returns: [batches * queries, queryHeads * headDimension]
  public func attention(
    queries: Matrix, keys: Matrix, values: Matrix, batches: Int = 1, headDimension: Int,
    visible: VisibleKeys, scale: Float
  ) -> Matrix {
    precondition(keys.columns == values.columns && keys.rows == values.rows)
    let shape = AttentionShape(
      queries: queries, keyRows: keys.rows, keyColumns: keys.columns, batches: batches,
      headDimension: headDimension)
    return keys.values.withUnsafeBytes { keys in
      values.values.withUnsafeBytes { values in
        attention(
          queries: queries, keys: keys, values: values, stored: CK_F32, shape: shape,
          visible: visible, scale: scale)
      }
    }
  }

  /// The same with keys and values that are kept as bf16: the bits that ``RoundedRows/matrix``
  /// would give.
  public func attention(
    queries: Matrix, keys: RoundedRows, values: RoundedRows, headDimension: Int,
    visible: VisibleKeys, scale: Float
  ) -> Matrix {
    if attentionForm == .eager {
      return attention(
        queries: queries, keys: keys.matrix, values: values.matrix, headDimension: headDimension,
        visible: visible, scale: scale)
    }
    precondition(keys.columns == values.columns && keys.rows == values.rows)
    let shape = AttentionShape(
      queries: queries, keyRows: keys.rows, keyColumns: keys.columns, batches: 1,
      headDimension: headDimension)
    return keys.withUnsafeBytes { keys in
      values.withUnsafeBytes { values in
        attention(
          queries: queries, keys: keys, values: values, stored: CK_BF16, shape: shape,
          visible: visible, scale: scale)
      }
    }
  }

  private struct AttentionShape {
    let batches: Int
    let queries: Int
    let keys: Int
    let queryHeads: Int
    let keyHeads: Int
    let headDimension: Int

    init(queries: Matrix, keyRows: Int, keyColumns: Int, batches: Int, headDimension: Int) {
      precondition(batches > 0 && queries.rows % batches == 0 && keyRows % batches == 0)
      self.batches = batches
      self.queries = queries.rows / batches
      self.keys = keyRows / batches
      self.headDimension = headDimension
      queryHeads = queries.columns / headDimension
      keyHeads = keyColumns / headDimension
      precondition(
        queryHeads * headDimension == queries.columns && keyHeads * headDimension == keyColumns)
      precondition(keyHeads > 0 && queryHeads % keyHeads == 0 && queryHeads / keyHeads <= 64)
    }
  }

  private func attention(
    queries: Matrix, keys: UnsafeRawBufferPointer, values: UnsafeRawBufferPointer, stored: ck_type,
    shape: AttentionShape,
    visible: VisibleKeys, scale: Float
  ) -> Matrix {
    precondition(visible.queries == shape.queries && visible.segmentStarts.allSatisfy { $0 >= 0 })
    // A product with the key and one with the value per pair.
    let eager = attentionForm == .eager
    let multiplyAdds =
      2 * shape.batches * (eager ? shape.queries * shape.keys : visible.totalVisible)
      * queries.columns
    operations.add(multiplyAdds)
    var tiles = 0
    defer { operations.add(scoreTiles: tiles) }
    return Matrix(rows: queries.rows, columns: queries.columns) { output in
      guard let start = output.baseAddress, !output.isEmpty else { return }
      let status = profile.measure(
        .attention(
          heads: shape.queryHeads, headDimension: shape.headDimension, multiplyAdds: multiplyAdds,
          bytes: 8 * queries.values.count + keys.count + values.count)
      ) {
        queries.values.withUnsafeBufferPointer { queries in
          var call = ck_attention_call()
          call.batches = shape.batches
          call.queries = queries.baseAddress
          call.keys = keys.baseAddress
          call.values = values.baseAddress
          call.stored = stored
          call.output = start
          call.query_count = shape.queries
          call.key_count = shape.keys
          call.query_heads = shape.queryHeads
          call.key_heads = shape.keyHeads
          call.head_dimension = shape.headDimension
          call.scale = scale
          call.may_round = precision == .bf16 ? 1 : 0
          call.eager = eager ? 1 : 0
          return run(&call, visible: visible, tiles: &tiles)
        }
      }
      // tiled: some 16 MiB of scratch; eager: the scores of a head
      if status != 0 { fatalError("out of memory") }
    }
  }
  /// Runs a call that lacks what queries see.
  private func run(
    _ call: inout ck_attention_call, visible: VisibleKeys, tiles: inout Int
  ) -> Int32 {
    visible.segmentStarts.withUnsafeBufferPointer { starts in
      visible.counts.withUnsafeBufferPointer { counts in
        visible.ownKeys.withOptionalBuffer { own in
          withUnsafeMutablePointer(to: &tiles) { tiles in
            call.segment_count = starts.count
            call.segment_starts = starts.baseAddress.map {
              UnsafeRawPointer($0).assumingMemoryBound(to: Int.self)
            }
            call.counts = counts.baseAddress
            call.own = own
            call.score_tiles = tiles
            return ck_attention(team, &call)
          }
        }
      }
    }
  }
}
