import Benchmarking
import Tensor
import Testing

@Suite struct AttentionTests {
  @Test(arguments: attentionExecutors, AttentionCase.all)
  func outputsEqualTheReference(compute: Compute, size: AttentionCase) {
    let (queries, keys, values) = size.inputs
    let d = size.headDimension
    let scale = 1 / Float(d).squareRoot()
    let y = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: d, visible: size.visible,
      scale: scale)
    let rounds = compute.roundsToBF16
    let expected = Reference.attention(
      queries: rounds ? Reference.bf16(queries) : queries,
      keys: rounds ? Reference.bf16(keys) : keys,
      values: rounds ? Reference.bf16(values) : values, headDimension: d, visible: size.visible,
      scale: scale)
    let worst = zip(y.values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(worst <= Reference.attentionTolerance(on: compute), "largest error \(worst)")
  }

  /// The rows of a query range, with everything else that could matter taken away.
  @Test(arguments: attentionExecutors, AttentionCase.all.filter { $0.queries > 20 })
  func aRowHasTheSameBitsAloneInABatchAndOnAnyNumberOfThreads(
    compute: Compute, size: AttentionCase
  ) throws {
    let (queries, keys, values) = size.inputs
    let d = size.headDimension
    let visible = size.visible
    let whole = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: d, visible: visible, scale: 0.3)
    for threads in [1, 3] {
      let other = try compute.on(threads: threads)
      #expect(
        other.attention(
          queries: queries, keys: keys, values: values, headDimension: d, visible: visible,
          scale: 0.3) == whole)
    }
    let segments = visible.segmentStarts.count
    for range in [0..<1, 5..<6, 3..<20, size.queries - 2..<size.queries] {
      let counts = Array(visible.counts[range.lowerBound * segments..<range.upperBound * segments])
      let part = VisibleKeys(segmentStarts: visible.segmentStarts, counts: counts)
      let end = range.flatMap { visible.ranges(of: $0).map(\.upperBound) }.max() ?? 0
      let y = compute.attention(
        queries: queries[rows: range], keys: keys[rows: 0..<end], values: values[rows: 0..<end],
        headDimension: d, visible: part,
        scale: 0.3)
      #expect(y == whole[rows: range], "\(range)")
    }
  }

  @Test(arguments: attentionExecutors, AttentionCase.all)
  func keysAndValuesStoredAsBF16GiveTheBitsOfTheirFloats(compute: Compute, size: AttentionCase) {
    let (queries, keys, values) = size.inputs
    var rounded = (
      keys: RoundedRows(columns: keys.columns), values: RoundedRows(columns: values.columns)
    )
    rounded.keys.append(keys)
    rounded.values.append(values)
    let d = size.headDimension
    // A query alone is computed in another way than several.
    for rows in [0..<queries.rows, 0..<2, 0..<1, 1..<2, 4..<5, queries.rows - 1..<queries.rows]
    where rows.lowerBound >= 0 && rows.upperBound <= queries.rows {
      let visible = size.visible[queries: rows]
      let some = queries[rows: rows]
      #expect(
        compute.attention(
          queries: some, keys: rounded.keys, values: rounded.values, headDimension: d,
          visible: visible, scale: 0.3)
          == compute.attention(
            queries: some, keys: rounded.keys.matrix, values: rounded.values.matrix,
            headDimension: d, visible: visible, scale: 0.3))
    }
  }

  @Test(arguments: attentionExecutors, [577, 3])
  func sequencesOfABatchGiveWhatEachGivesAlone(compute: Compute, length: Int) {
    let size = AttentionCase(
      queries: 3 * length, keys: 3 * length, queryHeads: 4, keyHeads: 2, headDimension: 64,
      mask: .all)
    let (queries, keys, values) = size.inputs
    let visible = VisibleKeys.all(queries: length, keys: length)
    let together = compute.attention(
      queries: queries, keys: keys, values: values, batches: 3, headDimension: 64, visible: visible,
      scale: 0.1)
    for range in [0..<length, length..<2 * length, 2 * length..<3 * length] {
      let alone = compute.attention(
        queries: queries[rows: range], keys: keys[rows: range], values: values[rows: range],
        headDimension: 64, visible: visible,
        scale: 0.1)
      #expect(alone == together[rows: range])
    }
  }

  /// Not so for the eager form, which multiplies hidden values by 0.
  @Test(arguments: executors)
  func hiddenKeysAndValuesAreNeverUsed(compute: Compute) {
    let size = AttentionCase(
      queries: 30, keys: 100, queryHeads: 2, keyHeads: 2, headDimension: 32, mask: .causal)
    var (queries, keys, values) = size.inputs
    // Even counts: under bf16 a pair of keys is the smallest unit of a product.
    let visible = VisibleKeys(
      segmentStarts: [0, 70], counts: (0..<30).flatMap { [Int32(2 * $0 + 2), 4] })
    let before = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: 32, visible: visible, scale: 0.2)
    let unseen = Array(60..<70) + Array(74..<100)
    for key in unseen {
      for i in 0..<64 { keys.values[key * 64 + i] = .nan; values.values[key * 64 + i] = .infinity }
    }
    values.values[59 * 64] = .nan  // seen by the last query only
    let after = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: 32, visible: visible, scale: 0.2)
    #expect(after[rows: 0..<29] == before[rows: 0..<29])
    #expect(after.values[29 * 64].isNaN && after.values[29 * 64 + 1] == before.values[29 * 64 + 1])
  }

  @Test(arguments: AttentionForm.allCases)
  func theCounterCountsThePairsThatAreMultiplied(form: AttentionForm) throws {
    let compute = try Compute(threads: 1, attention: form)
    let size = AttentionCase(
      queries: 10, keys: 12, queryHeads: 2, keyHeads: 1, headDimension: 16, mask: .causal)
    let (queries, keys, values) = size.inputs
    _ = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: 16, visible: size.visible,
      scale: 1)
    let pairs = form == .eager ? 10 * 12 : (3...12).reduce(0, +)
    #expect(compute.operations.multiplyAdds == 2 * pairs * 2 * 16)
  }
}
