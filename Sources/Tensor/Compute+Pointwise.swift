import CKernels

extension Compute {
  /// `x · w / sqrt(mean(x²) + ε)` per row.
  public func rmsNorm(_ x: Matrix, weight: [Float], epsilon: Float) -> Matrix {
    precondition(weight.count == x.columns)
    return Matrix(rows: x.rows, columns: x.columns) { y in
      ck_rms_norm(team, x.values, x.rows, x.columns, weight, epsilon, y.baseAddress)
    }
  }

  /// `(x - mean) / sqrt(variance + ε) · w + b` per row, with the biased variance.
  public func layerNorm(_ x: Matrix, weight: [Float], bias: [Float], epsilon: Float) -> Matrix {
    precondition(weight.count == x.columns && bias.count == x.columns)
    return Matrix(rows: x.rows, columns: x.columns) { y in
      ck_layer_norm(team, x.values, x.rows, x.columns, weight, bias, epsilon, y.baseAddress)
    }
  }

  public func add(_ y: Matrix, to x: inout Matrix) {
    precondition(y.values.count == x.values.count)
    ck_add(team, y.values, y.values.count, &x.values)
  }

  /// `x σ(1.702 x)`, the activation of CLIP.
  public func quickGELU(_ x: inout Matrix) { apply(.quickGELU, to: &x) }

  /// `½ x (1 + erf(x / √2))`: the exact form, not the tanh approximation.
  public func gelu(_ x: inout Matrix) { apply(.gelu, to: &x) }

  /// `x σ(x)`.
  public func silu(_ x: inout Matrix) { apply(.silu, to: &x) }

  /// `silu(gate) · up`.
  public func siluGate(_ gate: Matrix, _ up: Matrix) -> Matrix {
    precondition(gate.rows == up.rows && gate.columns == up.columns)
    return Matrix(rows: gate.rows, columns: gate.columns) { y in
      ck_silu_gate(team, gate.values, up.values, y.count, y.baseAddress)
    }
  }

  private func apply(_ activation: Activation, to x: inout Matrix) {
    ck_activate(team, activation.kernel, &x.values, x.values.count)
  }

  /// Rotates every head of every row: `(x1 cos - x2 sin, x2 cos + x1 sin)` with x1 the first half of a head.
  public func rotate(_ x: inout Matrix, by table: RotaryTable) {
    precondition(table.cosines.count >= x.rows * table.half)
    ck_rotate(team, &x.values, x.rows, x.columns, table.half, table.cosines, table.sines)
  }
}
