import Tensor

extension KernelBenchRun {
  /// The operators that touch every value once, over the hidden states of a long prompt of
  /// LLaMA-7B.
  func pointwise(_ compute: Compute) throws {
    let (tokens, hidden, wide, head) = (2930, 4096, 11008, 128)
    var random = RandomValues(seed: 1)
    let x = random.matrix(tokens, hidden)
    let gate = random.matrix(tokens, wide)
    let weight = random.vector(hidden)
    let table = RotaryTable(positions: Array(0..<tokens), headDimension: head, theta: 10000)
    let rows = Self.sample(of: tokens, places: 3)
    let sampled = x.gathered(rows)

    /// Bytes: everything read and written.
    func measure(
      _ name: String, reads: Int, writes: Int, columns: Int, _ reference: [Double],
      allowed: Double = 1e-5, _ body: @escaping () -> Matrix
    ) throws {
      let y = body().gathered(rows)
      let worst = zip(y.values, reference).map { abs(Double($0) - $1) / max(1, abs($1)) }.reduce(0)
      { $1.isNaN ? .infinity : max($0, $1) }
      let bytes = Double(tokens * columns * (reads + writes) * MemoryLayout<Float>.stride)
      try append(
        name, "", "\(tokens) x \(columns)", work: .bytes(bytes), error: worst, allowed: allowed,
        compute
      ) { _ = body() }
    }
    func inPlace(_ apply: (inout Matrix) -> Void) -> Matrix {
      var y = x
      apply(&y)
      return y
    }

    try measure(
      "RMS norm", reads: 1, writes: 1, columns: hidden,
      Reference.rmsNorm(sampled, weight: weight, epsilon: 1e-5)
    ) {
      compute.rmsNorm(x, weight: weight, epsilon: 1e-5)
    }
    try measure(
      "layer norm", reads: 1, writes: 1, columns: hidden,
      Reference.layerNorm(sampled, weight: weight, bias: weight, epsilon: 1e-5)
    ) { compute.layerNorm(x, weight: weight, bias: weight, epsilon: 1e-5) }
    let gates = gate.gathered(rows).values.map(Double.init)
    try measure(
      "SiLU gate", reads: 2, writes: 1, columns: wide, gates.map { Reference.silu($0) * $0 }
    ) { compute.siluGate(gate, gate) }
    // In place: the values are copied before, which is a read and a write more.
    let values = sampled.values.map(Double.init)
    try measure("quick GELU", reads: 2, writes: 2, columns: hidden, values.map(Reference.quickGELU))
    { inPlace(compute.quickGELU) }
    try measure("GELU", reads: 2, writes: 2, columns: hidden, values.map(Reference.gelu)) {
      inPlace(compute.gelu)
    }
    try measure(
      "rotate", reads: 2, writes: 2, columns: hidden,
      Reference.rotate(sampled, positions: rows, headDimension: head, theta: 10000),
      allowed: 1e-4  // the angle is a 32-bit float, as in the official code
    ) { inPlace { compute.rotate(&$0, by: table) } }
    try measure("add", reads: 3, writes: 2, columns: hidden, values.map { 2 * $0 }) {
      inPlace { compute.add(x, to: &$0) }
    }
  }
}
