import Benchmarking
import Testing

@testable import Tensor

/// Products as AMX computes them, by three or four forms that must agree to the bit: the definition
/// of its instructions, multiply-adds that flush subnormals, and the instructions where this
/// machine has them.
@Suite(.enabled(if: ISA.avx512AsAMX.isSupported, "needs AVX2 with fused multiply-add"))
struct AMXTests {
  /// The definition first.
  private static func forms(threads: Int = 2) -> [Compute] {
    [
      Compute(emulatingAMX: 2),
      try? Compute(threads: threads, isa: .avx512AsAMX, precision: .bf16),
      try? Compute(threads: threads, isa: .amx, precision: .bf16),
    ].compactMap(\.self)
  }

  private func expectOneResult(
    _ note: @autoclosure () -> String, threads: Int = 2, _ operation: (Compute) -> [Float]
  ) {
    let results = Self.forms(threads: threads).map { operation($0).map(\.bitPattern) }
    #expect(results.count >= 2)
    #expect(results.allSatisfy { $0 == results[0] }, "\(note())")
  }

  @Test(arguments: LinearCase.all.filter { $0.rows * $0.outputs * $0.inputs < 4_000_000 })
  func `all forms give the same bits at every size of the operator table`(size: LinearCase) {
    var random = RandomValues(seed: size.inputs)
    let x = random.matrix(size.rows, size.inputs)
    let matrices = [
      random.matrix(size.outputs, size.inputs), random.matrix(size.outputs, size.inputs),
    ]
    let residual = random.matrix(size.rows, size.outputs)
    let bias = random.vector(size.outputs)
    let weights = matrices.map { LinearWeights($0, storage: .bf16) }
    for threads in [1, 2] {
      expectOneResult("\(size)", threads: threads) { compute in
        var sum = residual
        compute.addLinear(x, weights[0], bias: bias, to: &sum)
        return compute.gatedLinear(x, gate: weights[0], up: weights[1]).values + sum.values
      }
    }
  }

  /// Inner dimensions that end inside a step of 32 inputs, and at one.
  @Test(arguments: [96, 100, 1025, 2085])
  func `any number of rows up to two tiles has the bits of its rows in a batch`(inputs: Int) throws
  {
    var random = RandomValues(seed: inputs)
    let x = random.matrix(40, inputs)
    let weights = LinearWeights(random.matrix(70, inputs), storage: .bf16)
    let whole = try #require(Compute(emulatingAMX: 1)).linear(x, weights)
    for compute in Self.forms().dropFirst() {
      for rows in 1...33 {
        let first = (40 - rows) / 2
        #expect(
          compute.linear(x[rows: first..<first + rows], weights)
            == whole[rows: first..<first + rows], "\(rows) rows")
      }
    }
  }

  @Test func `bytes give the bits of the dot products without tiles`() throws {
    let tiles = [Compute(emulatingAMX: 2), try? Compute(threads: 2, isa: .amx, precision: .bf16)]
    let plain = try Compute(
      threads: 2, isa: ISA.avx512.isSupported ? .avx512 : .avx2, precision: .bf16)
    for (rows, outputs, inputs) in [(2, 70, 100), (17, 49, 1025), (40, 130, 2085), (33, 16, 1088)] {
      var random = RandomValues(seed: inputs)
      let x = random.matrix(rows, inputs)
      let weights = LinearWeights(random.matrix(outputs, inputs), storage: .int8)
      let expected = plain.linear(x, weights)
      for compute in tiles.compactMap(\.self) { #expect(compute.linear(x, weights) == expected) }
    }
  }

  /// Weights and inputs around the smallest normal number, whose products and sums are flushed;
  /// exact cancellation; infinities.
  @Test(arguments: 0..<6) func `values at the edges of the format are treated alike`(kind: Int) {
    var random = RandomValues(seed: kind + 1)
    func edge(_ matrix: Matrix, left: Bool) -> Matrix {
      var matrix = matrix
      for i in matrix.values.indices {
        let value = matrix.values[i]
        switch kind {
        case 0: matrix.values[i] = value * 0x1p-126
        case 1: matrix.values[i] = value * (left ? 0x1p-64 : 0x1p-62)
        case 2: matrix.values[i] = i % 3 == 0 ? value * 0x1p-130 : value
        case 3: matrix.values[i] = (i % 2 == 0 ? 1 : -1) * (left ? 1 : 0x1.02p-63) * 0x1p-63
        case 4: matrix.values[i] = value * (left ? 0x1p100 : 0x1p30)
        default: matrix.values[i] = i % 97 == 5 && left ? .infinity : value
        }
      }
      return matrix
    }
    let x = edge(random.matrix(21, 200), left: true)
    let weights = LinearWeights(edge(random.matrix(40, 200), left: false), storage: .bf16)
    let results = Self.forms().map { $0.linear(x, weights).values }
    for other in results.dropFirst() {
      // A NaN is a NaN; which one depends on the order of operands.
      #expect(
        zip(results[0], other).allSatisfy {
          $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
        })
    }
    if kind == 1 { #expect(results[0].contains(0) && results[0].contains { $0 != 0 }) }
  }

  @Test(arguments: AttentionCase.all.filter { $0.queries * $0.keys < 60000 })
  func `all forms give the same bits of attention`(size: AttentionCase) {
    let (queries, keys, values) = size.inputs
    var rounded = (
      keys: RoundedRows(columns: keys.columns), values: RoundedRows(columns: values.columns)
    )
    rounded.keys.append(keys)
    rounded.values.append(values)
    for threads in [1, 2] {
      expectOneResult("\(size)", threads: threads) { compute in
        compute.attention(
          queries: queries, keys: keys, values: values, headDimension: size.headDimension,
          visible: size.visible, scale: 0.25
        ).values
          + compute.attention(
            queries: queries, keys: rounded.keys, values: rounded.values,
            headDimension: size.headDimension, visible: size.visible, scale: 0.25
          ).values
      }
    }
  }

  @Test func `the sums are not those of other bf16 products`() throws {
    var random = RandomValues(seed: 12)
    let x = random.matrix(5, 1000)
    let matrix = random.matrix(30, 1000)
    let weights = LinearWeights(matrix, storage: .bf16)
    let compute = try Compute(threads: 1, isa: .avx512AsAMX, precision: .bf16)
    let exact = Compute(threads: 1).linear(Reference.bf16(x), LinearWeights(matrix, storage: .bf16))
    let sums = compute.linear(x, weights)
    #expect(sums != exact, "is the inner dimension folded in one chain?")
    #expect(zip(sums.values, exact.values).allSatisfy { abs($0 - $1) < 1e-3 })
  }
}
