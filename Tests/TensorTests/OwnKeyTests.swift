import Benchmarking
import Tensor
import Testing

/// Queries that see prefixes of segments and one more key of their own.
@Suite struct OwnKeyTests {
  private static let size = AttentionCase(
    queries: 150, keys: 400, queryHeads: 4, keyHeads: 2, headDimension: 32, mask: .all)

  /// Some keys at the front, and a key behind them; every seventh query has none.
  private static var visible: VisibleKeys {
    VisibleKeys(segmentStarts: [0, 40], counts: (0..<150).flatMap { [Int32($0 % 40), 9] })
      .seeing(own: (0..<150).map { $0 % 7 == 3 ? -1 : Int32(60 + 2 * $0) })
  }

  @Test(arguments: attentionExecutors) func `they are what the reference sees`(compute: Compute) {
    let (queries, keys, values) = Self.size.inputs
    let y = compute.attention(
      queries: queries, keys: keys, values: values, headDimension: 32, visible: Self.visible,
      scale: 0.2)
    func operand(_ x: Matrix) -> Matrix { compute.roundsToBF16 ? Reference.bf16(x) : x }
    let expected = Reference.attention(
      queries: operand(queries), keys: operand(keys), values: operand(values), headDimension: 32,
      visible: Self.visible, scale: 0.2)
    let worst = zip(y.values, expected).map { abs(Double($0) - $1) }.max() ?? 1
    #expect(worst <= Reference.attentionTolerance(on: compute), "largest error \(worst)")
  }

  @Test(arguments: attentionExecutors) func `some of the queries give the same bits`(
    compute: Compute
  ) {
    let (queries, keys, values) = Self.size.inputs
    func attention(_ rows: Range<Int>) -> Matrix {
      compute.attention(
        queries: queries[rows: rows], keys: keys, values: values, headDimension: 32,
        visible: Self.visible[queries: rows], scale: 0.2)
    }
    let whole = attention(0..<150)
    for rows in [0..<1, 3..<4, 5..<31, 149..<150] { #expect(attention(rows) == whole[rows: rows]) }
  }

  @Test func `each counts as one visible key`() {
    let visible = Self.visible
    #expect(visible.visibleCount(of: 0) == 0 + 9 + 1)
    #expect(visible.visibleCount(of: 3) == 3 + 9)
    #expect(visible.totalVisible == (0..<150).reduce(0) { $0 + visible.visibleCount(of: $1) })
  }
}
