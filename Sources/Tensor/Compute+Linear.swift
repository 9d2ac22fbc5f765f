import CKernels

/// An activation function that a linear map can apply to its outputs while they are still in a
/// cache.
public enum Activation: Sendable {
  /// `x σ(1.702 x)`, the activation of CLIP.
  case quickGELU
  /// `½ x (1 + erf(x / √2))`: the exact form, not the tanh approximation.
  case gelu
  /// `x σ(x)`.
  case silu

  var kernel: ck_activation {
    switch self {
    case .quickGELU: CK_QUICK_GELU
    case .gelu: CK_GELU
    case .silu: CK_SILU
    }
  }
}

extension Compute {
  /// `y = f(x Wᵀ + b)`. // x [tokens, inputs] -> [tokens, outputs]
  ///
  /// - Parameter rows: the tokens of `x` that are mapped, all by default
  public func linear(
    _ x: Matrix, rows: Range<Int>? = nil, _ weights: LinearWeights, bias: [Float]? = nil,
    activation: Activation? = nil
  ) -> Matrix {
    precondition(x.columns == weights.inputs && (bias == nil || bias?.count == weights.outputs))
    let rows = rows ?? 0..<x.rows
    return Matrix(rows: rows.count, columns: weights.outputs) { y in
      bias.withOptionalBuffer { bias in
        multiply(
          x, rows: rows, weights, gate: nil, bias: bias, activation: activation, residual: nil,
          into: y)
      }
    }
  }

  /// Several maps of the same input, which is rounded or quantised once for all of them. // x
  /// [tokens, inputs] -> each [tokens, outputs]
  ///
  /// Maps of several storages are computed one by one.
  public func linears(_ x: Matrix, _ maps: [(weights: LinearWeights, bias: [Float]?)]) -> [Matrix] {
    guard Set(maps.map(\.weights.storage)).count == 1 else {
      return maps.map { linear(x, $0.weights, bias: $0.bias) }
    }
    for map in maps {
      precondition(x.columns == map.weights.inputs)
      precondition(map.bias == nil || map.bias?.count == map.weights.outputs)
      operations.add(x.rows * map.weights.inputs * map.weights.outputs)
    }
    return profile.measure(
      .linear(rows: x.rows, inputs: x.columns, maps: maps.map(\.weights))
    ) {
      x.values.withUnsafeBufferPointer { multiply($0, rows: x.rows, maps[...], calls: []) }
    }
  }

  /// Makes room for one map's output after the other, then computes all.
  private func multiply(
    _ x: UnsafeBufferPointer<Float>, rows: Int,
    _ maps: ArraySlice<(weights: LinearWeights, bias: [Float]?)>, calls: [ck_linear_call]
  ) -> [Matrix] {
    guard let map = maps.first else {
      // as for one map
      if rows > 0, ck_linear(team, calls, calls.count) != 0 { fatalError("out of memory") }
      return []
    }
    var rest: [Matrix] = []
    let y = Matrix(rows: rows, columns: map.weights.outputs) { y in
      map.bias.withOptionalBuffer { bias in
        var call = ck_linear_call()
        call.x = x.baseAddress
        call.rows = rows
        call.weights = map.weights.packed.pointer
        call.bias = bias
        call.activation = CK_IDENTITY
        call.y = y.baseAddress
        call.may_round = precision == .bf16 ? 1 : 0
        rest = multiply(x, rows: rows, maps.dropFirst(), calls: calls + [call])
      }
    }
    return [y] + rest
  }

  /// `residual += x Wᵀ + b`, in one pass over the residual. // x [tokens, inputs], residual
  /// [tokens, outputs]
  ///
  /// - Parameter rows: the rows of the residual that the rows of `x` are added to, all by default
  public func addLinear(
    _ x: Matrix, _ weights: LinearWeights, bias: [Float]? = nil, to residual: inout Matrix,
    rows: Range<Int>? = nil
  ) {
    let rows = rows ?? 0..<residual.rows
    precondition(x.columns == weights.inputs && (bias == nil || bias?.count == weights.outputs))
    precondition(
      rows.count == x.rows && rows.upperBound <= residual.rows
        && residual.columns == weights.outputs)
    let (first, count) = (rows.lowerBound * residual.columns, rows.count * residual.columns)
    residual.values.withUnsafeMutableBufferPointer { all in
      let y = UnsafeMutableBufferPointer(rebasing: all[first..<first + count])
      bias.withOptionalBuffer { bias in
        multiply(
          x, rows: 0..<x.rows, weights, gate: nil, bias: bias, activation: nil,
          residual: UnsafePointer(y.baseAddress), into: y)
      }
    }
  }

  /// `silu(x Gᵀ) · (x Uᵀ)`: the first half of a gated MLP without its two wide intermediates.
  /// // x [tokens, inputs] -> [tokens, outputs]
  ///
  /// - Precondition: both weights have the same shape and storage.
  public func gatedLinear(_ x: Matrix, gate: LinearWeights, up: LinearWeights) -> Matrix {
    precondition(
      x.columns == up.inputs && gate.inputs == up.inputs && gate.outputs == up.outputs
        && gate.storage == up.storage)
    return Matrix(rows: x.rows, columns: up.outputs) { y in
      multiply(
        x, rows: 0..<x.rows, up, gate: gate, bias: nil, activation: nil, residual: nil, into: y)
    }
  }

  private func multiply(
    _ x: Matrix, rows: Range<Int>, _ weights: LinearWeights, gate: LinearWeights?,
    bias: UnsafePointer<Float>?, activation: Activation?,
    residual: UnsafePointer<Float>?, into y: UnsafeMutableBufferPointer<Float>
  ) {
    guard let start = y.baseAddress, !y.isEmpty else { return }
    operations.add(rows.count * weights.inputs * weights.outputs * (gate == nil ? 1 : 2))
    let status = profile.measure(
      .linear(
        rows: rows.count, inputs: x.columns, maps: [gate, weights].compactMap(\.self),
        gated: gate != nil, residual: residual != nil)
    ) {
      x.values.withUnsafeBufferPointer { x_ in
        var call = ck_linear_call()
        call.x =
          UnsafeBufferPointer(
            rebasing: x_[rows.lowerBound * x.columns..<rows.upperBound * x.columns]
          )
          .baseAddress
        call.rows = rows.count
        call.weights = weights.packed.pointer
        call.gate = gate?.packed.pointer
        call.bias = bias
        call.activation = activation?.kernel ?? CK_IDENTITY
        call.residual = residual
        call.y = start
        call.may_round = precision == .bf16 ? 1 : 0
        return ck_linear(team, &call, 1)
      }
    }
    // scratch of a few rows of x, or a byte per element of it
    if status != 0 { fatalError("out of memory") }
  }
}

extension Optional {
  /// The elements' address, or nil for nil.
  func withOptionalBuffer<Element, R>(_ body: (UnsafePointer<Element>?) -> R) -> R
  where Wrapped == [Element] {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
