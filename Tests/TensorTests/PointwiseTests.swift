import Benchmarking
import Foundation
import Tensor
import Testing

@Suite struct PointwiseTests {
  static let shapes = [(0, 4), (1, 1), (3, 7), (5, 16), (300, 129), (2, 4099)]

  private func expectNear(_ y: Matrix, _ expected: [Double], _ tolerance: Double = 1e-6) {
    #expect(y.values.count == expected.count)
    let worst = zip(y.values, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(worst <= tolerance, "largest error \(worst)")
  }

  @Test(arguments: executors, shapes)
  func normsEqualTheReference(compute: Compute, shape: (Int, Int)) {
    var random = RandomValues(seed: shape.1)
    let x = random.matrix(shape.0, shape.1)
    let weight = random.vector(shape.1)
    let bias = random.vector(shape.1)
    expectNear(
      compute.rmsNorm(x, weight: weight, epsilon: 1e-5),
      Reference.rmsNorm(x, weight: weight, epsilon: 1e-5))
    if shape.1 > 1 {
      expectNear(
        compute.layerNorm(x, weight: weight, bias: bias, epsilon: 1e-5),
        Reference.layerNorm(x, weight: weight, bias: bias, epsilon: 1e-5), 4e-6)
    }
  }

  /// From far below where the exponential underflows to far above where it overflows.
  @Test(arguments: executors)
  func activationsEqualTheReferenceOverTheWholeRange(compute: Compute) {
    let points: [Float] =
      (-2000...2000).map { Float($0) / 150 } + [
        -1e4, -104.5, -90, -88, -87, 87, 88.8, 90, 1e4, 0, -0.0, 1e-30,
      ]
    let x = Matrix(rows: 1, columns: points.count, values: points)
    let exact = points.map(Double.init)
    let cases: [(name: String, apply: (inout Matrix) -> Void, reference: (Double) -> Double)] = [
      ("quickGELU", compute.quickGELU, Reference.quickGELU), ("gelu", compute.gelu, Reference.gelu),
      ("silu", compute.silu, Reference.silu),
    ]
    for (name, apply, reference) in cases {
      var y = x
      apply(&y)
      for (i, value) in exact.enumerated() {
        let expected = reference(value)
        #expect(
          abs(Double(y.values[i]) - expected) <= 3e-6 * abs(expected) + 1e-12, "\(name)(\(value))")
      }
    }
    let gated = compute.siluGate(x, x)
    #expect(
      zip(gated.values, exact).allSatisfy {
        abs(Double($0) - Reference.silu($1) * $1) <= 3e-6 * abs(Reference.silu($1) * $1) + 1e-12
      })
  }

  @Test(arguments: executors)
  func nonFiniteInputsStayNonFinite(compute: Compute) {
    var x = Matrix(rows: 1, columns: 3, values: [.nan, .infinity, 1])
    compute.silu(&x)
    #expect(x.values[0].isNaN && x.values[1] == .infinity)
  }

  @Test(arguments: executors, [(1, 1, 2), (3, 2, 6), (130, 3, 32), (700, 2, 128)])
  func rotationEqualsTheReference(compute: Compute, shape: (Int, Int, Int)) {
    let (rows, heads, d) = shape
    var random = RandomValues(seed: rows)
    let x = random.matrix(rows, heads * d)
    let positions = (0..<rows).map { $0 * 4 }
    var y = x
    compute.rotate(&y, by: RotaryTable(positions: positions, headDimension: d, theta: 10000))
    expectNear(y, Reference.rotate(x, positions: positions, headDimension: d, theta: 10000), 2e-6)
  }

  @Test(arguments: executors)
  func rowsHaveTheSameBitsOnAnyNumberOfThreads(compute: Compute) throws {
    var random = RandomValues(seed: 9)
    let x = random.matrix(400, 300)
    let weight = random.vector(300)
    let single = try compute.on(threads: 1)
    let whole = compute.rmsNorm(x, weight: weight, epsilon: 1e-6)
    #expect(single.rmsNorm(x, weight: weight, epsilon: 1e-6) == whole)
    #expect(compute.rmsNorm(x[rows: 7..<9], weight: weight, epsilon: 1e-6) == whole[rows: 7..<9])
    var (a, b) = (x, x[rows: 11..<12])
    compute.gelu(&a)
    compute.gelu(&b)
    #expect(a[rows: 11..<12] == b)
    #expect(
      compute.siluGate(x, x)[rows: 11..<12] == compute.siluGate(x[rows: 11..<12], x[rows: 11..<12]))
  }
}
