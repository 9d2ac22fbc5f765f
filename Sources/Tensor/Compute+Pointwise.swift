import Foundation

extension Compute {
  /// `x · w / sqrt(mean(x²) + ε)` per row.
  public func rmsNorm(_ x: Matrix, weight: [Float], epsilon: Float) -> Matrix {
    var y = x
    let n = x.columns
    for row in 0..<x.rows {
      var sum: Float = 0
      for i in row * n..<(row + 1) * n { sum += x.values[i] * x.values[i] }
      let scale = 1 / (sum / Float(n) + epsilon).squareRoot()
      for i in 0..<n { y.values[row * n + i] = weight[i] * (x.values[row * n + i] * scale) }
    }
    return y
  }

  /// `(x - mean) / sqrt(variance + ε) · w + b` per row, with the biased variance.
  public func layerNorm(_ x: Matrix, weight: [Float], bias: [Float], epsilon: Float) -> Matrix {
    var y = x
    let n = x.columns
    for row in 0..<x.rows {
      var sum: Float = 0
      for i in row * n..<(row + 1) * n { sum += x.values[i] }
      let mean = sum / Float(n)
      var squares: Float = 0
      for i in row * n..<(row + 1) * n { squares += (x.values[i] - mean) * (x.values[i] - mean) }
      let scale = 1 / (squares / Float(n) + epsilon).squareRoot()
      for i in 0..<n { y.values[row * n + i] = (x.values[row * n + i] - mean) * scale * weight[i] + bias[i] }
    }
    return y
  }

  public func add(_ y: Matrix, to x: inout Matrix) {
    for i in x.values.indices { x.values[i] += y.values[i] }
  }

  /// `x σ(1.702 x)`, the activation of CLIP.
  public func quickGELU(_ x: inout Matrix) {
    for i in x.values.indices { x.values[i] /= 1 + exp(-1.702 * x.values[i]) }
  }

  /// `½ x (1 + erf(x / √2))`: the exact form, not the tanh approximation.
  public func gelu(_ x: inout Matrix) {
    for i in x.values.indices { x.values[i] = 0.5 * x.values[i] * (1 + erf(x.values[i] * Float(0.5).squareRoot())) }
  }

  /// `x σ(x)`.
  public func silu(_ x: inout Matrix) {
    for i in x.values.indices { x.values[i] /= 1 + exp(-x.values[i]) }
  }

  /// `silu(gate) · up`.
  public func siluGate(_ gate: Matrix, _ up: Matrix) -> Matrix {
    var y = gate
    for i in y.values.indices { y.values[i] = y.values[i] / (1 + exp(-y.values[i])) * up.values[i] }
    return y
  }
}
