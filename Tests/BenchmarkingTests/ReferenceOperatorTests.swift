import Benchmarking
import Tensor
import Testing

/// The oracle against values worked out by hand.
@Suite struct ReferenceOperatorTests {
  @Test func productsAndTheirMagnitudes() {
    let x = Matrix(rows: 1, columns: 2, values: [1, -2])
    let w = Matrix(rows: 2, columns: 2, values: [3, 4, 5, 0.5])
    let (values, magnitudes) = Reference.linear(x, w)
    #expect(values == [-5, 4] && magnitudes == [11, 6])
  }

  @Test func roundingToBF16TakesTheNearestEven() {
    #expect(Reference.bf16(Float(1 + 0x1p-8)) == 1)
    #expect(Reference.bf16(Float(1 + 0x3p-8)) == Float(1 + 0x1p-6))
    #expect(Reference.bf16(Float(1 + 0x1p-8 + 0x1p-20)) == Float(1 + 0x1p-7))
  }

  @Test func quantisationKeepsTheLargestValueOfAGroup() {
    let x = Matrix(rows: 1, columns: 3, values: [127, 1.4, -0.6])
    #expect(Reference.int8(x).values == [127, 1, -1])
  }

  @Test func attentionOverOneKeyIsItsValue() {
    let q = Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
    let v = Matrix(rows: 2, columns: 2, values: [5, 6, 7, 8])
    let visible = VisibleKeys(segmentStarts: [0], counts: [1, 0])
    // The second query sees nothing.
    #expect(
      Reference.attention(
        queries: q, keys: q, values: v, headDimension: 2, visible: visible, scale: 1) == [
          5, 6, 0, 0,
        ])
  }

  @Test func modelShapesCoverPrefillReducedPrefillAndDecoding() {
    #expect(ModelShapes.linear.contains { $0.inputs == 11008 && $0.rows == [2930, 230] })
    #expect(ModelShapes.decode.rows.first == 1 && ModelShapes.decode.rows.last == 16)
  }
}
