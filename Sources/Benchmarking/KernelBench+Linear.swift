import Tensor

extension KernelBenchRun {
  /// A linear map of a model, at each of its numbers of rows.
  func linear(_ shape: ModelShapes.Linear, _ storage: WeightStorage, _ compute: Compute) throws {
    let weights = Self.weights(shape.outputs, shape.inputs, storage, seed: 1, compute)
    let gate =
      shape.isGated ? Self.weights(shape.outputs, shape.inputs, storage, seed: 2, compute) : nil
    for rows in shape.rows {
      var random = RandomValues(seed: rows)
      let x = random.matrix(rows, shape.inputs)
      let operations =
        2 * Double(rows) * Double(shape.inputs) * Double(shape.outputs) * (gate == nil ? 1 : 2)
      try append(
        shape.name, storage.rawValue, "\(rows) x \(shape.outputs) x \(shape.inputs)",
        work: .operations(operations, peak: storage),
        error: Self.error(x, weights, gate: gate, compute),
        allowed: Reference.linearTolerance(inputs: shape.inputs), compute
      ) {
        if let gate {
          _ = compute.gatedLinear(x, gate: gate, up: weights)
        } else {
          _ = compute.linear(x, weights)
        }
      }
    }
  }

  /// A linear map of an odd size.
  func linear(_ size: LinearCase, _ storage: WeightStorage, _ compute: Compute) throws {
    let weights = Self.weights(size.outputs, size.inputs, storage, seed: size.inputs, compute)
    var random = RandomValues(seed: size.rows)
    let x = random.matrix(size.rows, size.inputs)
    try append(
      "odd", storage.rawValue, size.description,
      work: .operations(2 * Double(size.rows * size.inputs * size.outputs), peak: storage),
      error: Self.error(x, weights, gate: nil, compute),
      allowed: Reference.linearTolerance(inputs: size.inputs), compute
    ) { _ = compute.linear(x, weights) }
  }

  /// A few rows against as many weights as do not fit in a cache, each of them read once.
  func decode(_ storage: WeightStorage, _ compute: Compute) throws {
    let shape = ModelShapes.decode
    let first = Self.weights(shape.outputs, shape.inputs, storage, seed: 1, compute)
    let copies = max(2, (512 << 20) / max(first.bytes, 1) + 1)
    let layers =
      [first]
      + (1..<copies).map {
        Self.weights(shape.outputs, shape.inputs, storage, seed: $0 + 1, compute)
      }
    let bytes = layers.reduce(0) { $0 + $1.bytes }
    for rows in shape.rows {
      // Not the seed of any weights: a row against itself has products of one sign only, whose
      // roundings do not cancel.
      var random = RandomValues(seed: 1000 + rows)
      let x = random.matrix(rows, shape.inputs)
      try append(
        "decode, " + shape.name, storage.rawValue, "\(rows) x \(shape.outputs) x \(shape.inputs)",
        work: .bytes(Double(bytes)),
        error: Self.error(x, first, gate: nil, compute),
        allowed: Reference.linearTolerance(inputs: shape.inputs), compute
      ) { for weights in layers { _ = compute.linear(x, weights) } }
    }
  }

  private static func weights(
    _ outputs: Int, _ inputs: Int, _ storage: WeightStorage, seed: Int, _ compute: Compute
  ) -> LinearWeights {
    var random = RandomValues(seed: seed)
    return LinearWeights(random.matrix(outputs, inputs), storage: storage, on: compute)
  }

  /// The largest error on a sample of rows and outputs (all of them where there are few), relative
  /// to `Σ |x w|`.
  private static func error(
    _ x: Matrix, _ weights: LinearWeights, gate: LinearWeights?, _ compute: Compute
  ) -> Double {
    let y = gate.map { compute.gatedLinear(x, gate: $0, up: weights) } ?? compute.linear(x, weights)
    let rows = sample(of: x.rows, places: 3)
    let sampled = Reference.operand(x.gathered(rows), for: weights.storage, on: compute)
    var worst = 0.0
    for outputs in ranges(of: weights.outputs, length: 48) {
      let (up, upMagnitude) = Reference.linear(sampled, weights.floats(rows: outputs))
      let gated = gate.map { Reference.linear(sampled, $0.floats(rows: outputs)) }
      for (place, row) in rows.enumerated() {
        for (column, output) in outputs.enumerated() {
          let index = place * outputs.count + column
          var expected = up[index]
          var magnitude = upMagnitude[index]
          if let gated {
            // An error of the gate counts with silu's largest slope.
            let activation = Reference.silu(gated.values[index])
            magnitude = abs(activation) * magnitude + 1.1 * abs(expected) * gated.magnitudes[index]
            expected *= activation
          }
          let error =
            abs(Double(y.values[row * y.columns + output]) - expected) / (magnitude + 1e-30)
          worst = error.isNaN ? .infinity : max(worst, error)
        }
      }
    }
    return worst
  }

  /// So many indices between the first and the last, or all where there are few.
  static func sample(of count: Int, places: Int) -> [Int] {
    if count <= 64 { return Array(0..<count) }
    return (0..<places).map { $0 * (count - 1) / max(places - 1, 1) }
  }

  /// The first, a middle and the last `length` of `count`, or all.
  static func ranges(of count: Int, length: Int) -> [Range<Int>] {
    if count <= 3 * length { return [0..<count] }
    return [0..<length, count / 2..<count / 2 + length, count - length..<count]
  }
}
