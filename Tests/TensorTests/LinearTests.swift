import Benchmarking
import Tensor
import Testing

@Suite struct LinearTests {
  /// What the kernels multiply: the operands after rounding or quantisation.
  private func operands(
    _ x: Matrix, _ weights: LinearWeights, _ compute: Compute
  ) -> (Matrix, Matrix) {
    let rounded = Reference.operand(x, for: weights.storage, on: compute)
    return (rounded, weights.floats(rows: 0..<weights.outputs))
  }

  private func expectEqual(
    _ y: Matrix, _ expected: [Double], _ magnitudes: [Double], inputs: Int, _ note: String
  ) {
    var worst = 0.0
    for i in expected.indices {
      worst = max(worst, abs(Double(y.values[i]) - expected[i]) / (magnitudes[i] + 1e-30))
    }
    #expect(worst <= Reference.linearTolerance(inputs: inputs), "\(note): relative error \(worst)")
  }

  @Test(arguments: executors, LinearCase.all)
  func productsEqualTheReference(compute: Compute, size: LinearCase) {
    var random = RandomValues(seed: size.inputs)
    let x = random.matrix(size.rows, size.inputs)
    let matrix = random.matrix(size.outputs, size.inputs)
    for storage in WeightStorage.allCases {
      let weights = LinearWeights(matrix, storage: storage)
      let (left, right) = operands(x, weights, compute)
      let (expected, magnitudes) = Reference.linear(left, right)
      expectEqual(
        compute.linear(x, weights), expected, magnitudes, inputs: size.inputs, "\(storage)")
    }
  }

  @Test(arguments: executors, LinearCase.all)
  func mapsOfOneInputTogetherGiveWhatEachGivesAlone(compute: Compute, size: LinearCase) {
    var random = RandomValues(seed: size.outputs)
    let x = random.matrix(size.rows, size.inputs)
    let bias = random.vector(size.outputs)
    let matrices = [
      random.matrix(size.outputs, size.inputs), random.matrix(2 * size.outputs, size.inputs),
      random.matrix(1, size.inputs),
    ]
    for storages in WeightStorage.allCases.map({ [$0, $0, $0] }) + [[.bf16, .f32, .bf16]] {
      let weights = zip(matrices, storages).map { LinearWeights($0, storage: $1) }
      let together = compute.linears(x, [(weights[0], bias), (weights[1], nil), (weights[2], nil)])
      #expect(
        together == [
          compute.linear(x, weights[0], bias: bias), compute.linear(x, weights[1]),
          compute.linear(x, weights[2]),
        ])
    }
    #expect(compute.linears(x, []).isEmpty)
  }

  @Test(arguments: executors, LinearCase.all)
  func biasActivationGateAndResidualFollowTheProduct(compute: Compute, size: LinearCase) {
    var random = RandomValues(seed: size.outputs)
    let x = random.matrix(size.rows, size.inputs)
    let matrix = random.matrix(size.outputs, size.inputs)
    let other = random.matrix(size.outputs, size.inputs)
    let bias = random.vector(size.outputs)
    let residual = random.matrix(size.rows, size.outputs)
    for storage in WeightStorage.allCases {
      let weights = LinearWeights(matrix, storage: storage)
      var separate = compute.linear(x, weights)
      for i in separate.values.indices { separate.values[i] += bias[i % size.outputs] }
      #expect(compute.linear(x, weights, bias: bias) == separate)

      var added = residual
      compute.addLinear(x, weights, bias: bias, to: &added)
      var expected = residual
      compute.add(separate, to: &expected)
      #expect(added == expected)

      compute.quickGELU(&separate)
      #expect(compute.linear(x, weights, bias: bias, activation: .quickGELU) == separate)

      let gate = LinearWeights(other, storage: storage)
      let gated = compute.siluGate(compute.linear(x, gate), compute.linear(x, weights))
      #expect(compute.gatedLinear(x, gate: gate, up: weights) == gated)
    }
  }

  @Test(arguments: executors, [(33, 100, 1100), (241, 49, 130), (20, 500, 2050)])
  func aRowHasTheSameBitsAloneInABatchAndOnAnyNumberOfThreads(
    compute: Compute, size: (Int, Int, Int)
  ) throws {
    let (rows, outputs, inputs) = size
    var random = RandomValues(seed: rows)
    let x = random.matrix(rows, inputs)
    let matrix = random.matrix(outputs, inputs)
    let bias = random.vector(outputs)
    for storage in WeightStorage.allCases {
      let weights = LinearWeights(matrix, storage: storage)
      let whole = compute.linear(x, weights, bias: bias, activation: .silu)
      for threads in [1, 3] {
        let other = try compute.on(threads: threads)
        #expect(other.linear(x, weights, bias: bias, activation: .silu) == whole)
      }
      for range in [0..<1, 5..<6, rows - 1..<rows, 3..<8, 1..<17, 2..<20] {
        #expect(
          compute.linear(x[rows: range], weights, bias: bias, activation: .silu)
            == whole[rows: range])
      }
    }
  }

  @Test func rawWeightsOfEveryTypeArePackedAsTheirValues() throws {
    var random = RandomValues(seed: 3)
    let exact = Reference.bf16(random.matrix(51, 67))
    let halves = exact.values.map { Float16($0).bitPattern }
    let cut = exact.values.map { UInt16($0.bitPattern >> 16) }
    let asF16 = Matrix(rows: 51, columns: 67, values: exact.values.map { Float(Float16($0)) })
    for storage in [WeightStorage.f32, .bf16] {
      let f32 = try LinearWeights(
        bytes: exact.values.span.bytes, type: .f32, outputs: 51, inputs: 67, storage: storage)
      let bf16 = try LinearWeights(
        bytes: cut.span.bytes, type: .bf16, outputs: 51, inputs: 67, storage: storage)
      let f16 = try LinearWeights(
        bytes: halves.span.bytes, type: .f16, outputs: 51, inputs: 67, storage: storage)
      #expect(f32.floats(rows: 0..<51) == exact)
      #expect(bf16.floats(rows: 0..<51) == exact)
      #expect(
        f16.floats(rows: 50..<51)
          == (storage == .f32 ? asF16 : Reference.bf16(asF16))[rows: 50..<51])
    }
  }

  @Test func subnormalInfiniteAndNaNHalvesKeepTheirValue() throws {
    let halves: [UInt16] = [0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e00, 0x8000, 0x0400, 0x7bff]
    let weights = try LinearWeights(
      bytes: halves.span.bytes, type: .f16, outputs: 1, inputs: 8, storage: .f32)
    let values = weights.floats(rows: 0..<1).values
    for (value, half) in zip(values, halves) {
      let expected = Float(Float16(bitPattern: half))
      #expect(value.bitPattern == expected.bitPattern || (value.isNaN && expected.isNaN))
    }
  }

  @Test func quantisedWeightsAreWithinHalfAStep() {
    var random = RandomValues(seed: 4)
    let matrix = random.matrix(50, 2051)
    let weights = LinearWeights(matrix, storage: .int8)
    #expect(
      zip(weights.floats(rows: 0..<50).values, matrix.values).allSatisfy {
        abs($0 - $1) <= 0.5001 / 127
      })
    #expect(weights.bytes < 50 * 2051 * 2)
  }

  /// 127 over the largest value would be infinite there, and the row's zeros no numbers.
  @Test("a row of subnormals is quantised to zeros", arguments: executors)
  func subnormalRowsBecomeZeros(compute: Compute) {
    let inputs = 130
    var x = Matrix(rows: 19, columns: inputs)
    for row in 0..<x.rows { x.values[row * inputs + row] = 0x1p-130 }
    let large = [Float](repeating: 0x1p120, count: 20 * inputs)
    let weights = LinearWeights(
      Matrix(rows: 20, columns: inputs, values: large), storage: .int8)
    #expect(compute.linear(x, weights).values.allSatisfy { abs($0) <= 0x1p-10 })
  }

  @Test func rowsMayComeInPieces() throws {
    var random = RandomValues(seed: 5)
    let matrix = random.matrix(100, 70)
    var packer = try WeightsPacker(outputs: 100, inputs: 70, storage: .bf16)
    for range in [0..<1, 1..<60, 60..<100] {
      try packer.append(
        matrix[rows: range].values.span.bytes, type: .f32, rows: range.count,
        on: range.count > 40 ? executors[0] : nil)
    }
    #expect(try packer.finish().floats(rows: 0..<100) == Reference.bf16(matrix))
  }

  @Test func wrongSizesAreErrors() throws {
    let values = [Float](repeating: 1, count: 6)
    #expect(throws: TensorError.self) {
      try LinearWeights(bytes: values.span.bytes, type: .f32, outputs: 2, inputs: 4, storage: .f32)
    }
    #expect(throws: TensorError.self) {
      try LinearWeights(
        bytes: values.span.bytes, type: .f32, outputs: Int.max, inputs: 4, storage: .f32)
    }
    #expect(throws: TensorError.self) {
      try LinearWeights(bytes: values.span.bytes, type: .f32, outputs: -1, inputs: 4, storage: .f32)
    }
    #expect(throws: TensorError.self) {
      var packer = try WeightsPacker(outputs: 3, inputs: 2, storage: .f32)
      try packer.append(values.span.bytes, type: .f32, rows: 2)
      _ = try packer.finish()
    }
    #expect(throws: TensorError.self) {
      let packer = try WeightsPacker(outputs: 3, inputs: 2, storage: .f32)
      _ = try packer.finish()
    }
  }
}
