import CKernels

extension Compute {
  /// `x · w / sqrt(mean(x²) + ε)` per row.
  ///
  /// - Parameter rows: the rows that are wanted, all by default
  public func rmsNorm(
    _ x: Matrix, rows: Range<Int>? = nil, weight: [Float], epsilon: Float
  ) -> Matrix {
    precondition(weight.count == x.columns)
    let rows = rows ?? 0..<x.rows
    return Matrix(rows: rows.count, columns: x.columns) { y in
      x.values.withUnsafeBufferPointer { x_ in
        let wanted = UnsafeBufferPointer(
          rebasing: x_[rows.lowerBound * x.columns..<rows.upperBound * x.columns])
        profile.measure(.rows("rms norm", elements: wanted.count, passes: 2)) {
          ck_rms_norm(
            team, wanted.baseAddress, rows.count, x.columns, weight, epsilon, y.baseAddress)
        }
      }
    }
  }

  /// `x · w / sqrt(mean(x²) + ε)` in the place of some rows.
  public func rmsNorm(_ x: inout Matrix, rows: Range<Int>, weight: [Float], epsilon: Float) {
    precondition(weight.count == x.columns)
    let columns = x.columns
    x.values.withUnsafeMutableBufferPointer { all in
      let wanted = UnsafeMutableBufferPointer(
        rebasing: all[rows.lowerBound * columns..<rows.upperBound * columns])
      profile.measure(.rows("rms norm", elements: wanted.count, passes: 2)) {
        ck_rms_norm(
          team, wanted.baseAddress, rows.count, columns, weight, epsilon, wanted.baseAddress)
      }
    }
  }

  /// `(x - mean) / sqrt(variance + ε) · w + b` per row, with the biased variance.
  public func layerNorm(_ x: Matrix, weight: [Float], bias: [Float], epsilon: Float) -> Matrix {
    precondition(weight.count == x.columns && bias.count == x.columns)
    return Matrix(rows: x.rows, columns: x.columns) { y in
      profile.measure(.rows("layer norm", elements: y.count, passes: 2)) {
        ck_layer_norm(team, x.values, x.rows, x.columns, weight, bias, epsilon, y.baseAddress)
      }
    }
  }

  public func add(_ y: Matrix, to x: inout Matrix) {
    precondition(y.values.count == x.values.count)
    profile.measure(.rows("add", elements: y.values.count, passes: 3)) {
      ck_add(team, y.values, y.values.count, &x.values)
    }
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
      profile.measure(.rows("silu gate", elements: y.count, passes: 3)) {
        ck_silu_gate(team, gate.values, up.values, y.count, y.baseAddress)
      }
    }
  }

  private func apply(_ activation: Activation, to x: inout Matrix) {
    let count = x.values.count
    profile.measure(.rows("activation", elements: count, passes: 2)) {
      ck_activate(team, activation.kernel, &x.values, count)
    }
  }

  /// Rotates every head of every row: `(x1 cos - x2 sin, x2 cos + x1 sin)` with x1 the first half
  /// of a head.
  ///
  /// - Parameter first: the row of the table that belongs to the first row of `x`
  public func rotate(_ x: inout Matrix, by table: RotaryTable, from first: Int = 0) {
    let angles = first * table.half..<(first + x.rows) * table.half
    precondition(table.cosines.count >= angles.upperBound)
    let (rows, columns) = (x.rows, x.columns)
    table.cosines.withUnsafeBufferPointer { cosines in
      table.sines.withUnsafeBufferPointer { sines in
        profile.measure(.rows("rotation", elements: rows * columns, passes: 2)) {
          ck_rotate(
            team, &x.values, rows, columns, table.half,
            UnsafeBufferPointer(rebasing: cosines[angles]).baseAddress,
            UnsafeBufferPointer(rebasing: sines[angles]).baseAddress)
        }
      }
    }
  }
}
