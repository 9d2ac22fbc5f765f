import CKernels

extension Compute {
  /// Keys that attention takes together, at multiples of this number of rows.
  public static let keysPerTile = 64

  /// Softmax attention with grouped heads: query head `h` reads key head `h / (queryHeads / keyHeads)`.
  ///
  /// Computed in tiles of ``keysPerTile`` keys at fixed places, with a running softmax; tiles that no query of a block sees are skipped.
  /// Under ``AttentionForm/eager`` every pair is multiplied, and hidden values must be finite.
  /// A query that sees no key gets zeros. A row's bits depend on the keys it sees and their indices only.
  ///
  /// - Parameters:
  ///   - queries: [batches * queries, queryHeads * headDimension]
  ///   - keys: [batches * keys, keyHeads * headDimension]; may hold more rows than any query sees
  ///   - values: like `keys`
  ///   - batches: sequences of equal length that lie one behind the other in all matrices and see only themselves
  ///   - visible: what a query sees of its own sequence
  ///   - scale: the factor on every score, `headDimension^-½` in all our models
  /// - Returns: [batches * queries, queryHeads * headDimension]
  public func attention(
    queries: Matrix, keys: Matrix, values: Matrix, batches: Int = 1, headDimension: Int, visible: VisibleKeys, scale: Float
  ) -> Matrix {
    precondition(batches > 0 && queries.rows % batches == 0 && keys.rows % batches == 0)
    precondition(batches * visible.queries == queries.rows && keys.columns == values.columns && keys.rows == values.rows)
    let queryHeads = queries.columns / headDimension
    let keyHeads = keys.columns / headDimension
    precondition(queryHeads * headDimension == queries.columns && keyHeads * headDimension == keys.columns)
    precondition(keyHeads > 0 && queryHeads % keyHeads == 0 && queryHeads / keyHeads <= 64)
    precondition(visible.segmentStarts.allSatisfy { $0 >= 0 })
    // A product with the key and one with the value per pair.
    let eager = attentionForm == .eager
    operations.add(2 * (eager ? queries.rows * keys.rows / batches : batches * visible.totalVisible) * queries.columns)
    return Matrix(rows: queries.rows, columns: queries.columns) { output in
      guard let start = output.baseAddress, !output.isEmpty else { return }
      let status = queries.values.withUnsafeBufferPointer { queries_ in
        keys.values.withUnsafeBufferPointer { keys_ in
          values.values.withUnsafeBufferPointer { values_ in
            visible.segmentStarts.withUnsafeBufferPointer { starts in
              visible.counts.withUnsafeBufferPointer { counts in
                var call = ck_attention_call()
                call.queries = queries_.baseAddress
                call.keys = keys_.baseAddress
                call.values = values_.baseAddress
                call.output = start
                call.batches = batches
                call.query_count = queries.rows / batches
                call.key_count = keys.rows / batches
                call.query_heads = queryHeads
                call.key_heads = keyHeads
                call.head_dimension = headDimension
                call.segment_count = starts.count
                call.segment_starts = starts.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: Int.self) }
                call.counts = counts.baseAddress
                call.scale = scale
                call.may_round = precision == .bf16 ? 1 : 0
                call.eager = eager ? 1 : 0
                return ck_attention(team, &call)
              }
            }
          }
        }
      }
      if status != 0 { fatalError("out of memory") }  // tiled: some 200 KiB of scratch per thread; eager: the scores of a head
    }
  }
}
