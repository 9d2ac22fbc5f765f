import CKernels

/// An activation function that a linear map can apply to its outputs while they are still in a cache.
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
  public func linear(
    _ x: Matrix, _ weights: LinearWeights, bias: [Float]? = nil, activation: Activation? = nil
  ) -> Matrix {
    precondition(x.columns == weights.inputs && (bias == nil || bias?.count == weights.outputs))
    return Matrix(rows: x.rows, columns: weights.outputs) { y in
      bias.withOptionalBuffer { bias in
        multiply(x, weights, gate: nil, bias: bias, activation: activation, residual: nil, into: y)
      }
    }
  }

  /// `residual += x Wᵀ + b`, in one pass over the residual. // x [tokens, inputs], residual [tokens, outputs]
  public func addLinear(_ x: Matrix, _ weights: LinearWeights, bias: [Float]? = nil, to residual: inout Matrix) {
    precondition(x.columns == weights.inputs && (bias == nil || bias?.count == weights.outputs))
    precondition(residual.rows == x.rows && residual.columns == weights.outputs)
    residual.values.withUnsafeMutableBufferPointer { y in
      bias.withOptionalBuffer { bias in
        multiply(x, weights, gate: nil, bias: bias, activation: nil, residual: UnsafePointer(y.baseAddress), into: y)
      }
    }
  }

  /// `silu(x Gᵀ) · (x Uᵀ)`: the first half of a gated MLP without its two wide intermediates.
  /// // x [tokens, inputs] -> [tokens, outputs]
  ///
  /// - Precondition: both weights have the same shape and storage.
  public func gatedLinear(_ x: Matrix, gate: LinearWeights, up: LinearWeights) -> Matrix {
    precondition(x.columns == up.inputs && gate.inputs == up.inputs && gate.outputs == up.outputs && gate.storage == up.storage)
    return Matrix(rows: x.rows, columns: up.outputs) { y in
      multiply(x, up, gate: gate, bias: nil, activation: nil, residual: nil, into: y)
    }
  }

  private func multiply(
    _ x: Matrix, _ weights: LinearWeights, gate: LinearWeights?, bias: UnsafePointer<Float>?, activation: Activation?,
    residual: UnsafePointer<Float>?, into y: UnsafeMutableBufferPointer<Float>
  ) {
    guard let start = y.baseAddress, !y.isEmpty else { return }
    operations.add(x.rows * weights.inputs * weights.outputs * (gate == nil ? 1 : 2))
    let status = x.values.withUnsafeBufferPointer { x_ in
      var call = ck_linear_call()
      call.x = x_.baseAddress
      call.rows = x.rows
      call.weights = weights.packed.pointer
      call.gate = gate?.packed.pointer
      call.bias = bias
      call.activation = activation?.kernel ?? CK_IDENTITY
      call.residual = residual
      call.y = start
      call.may_round = precision == .bf16 ? 1 : 0
      return ck_linear(team, &call)
    }
    if status != 0 { fatalError("out of memory") }  // scratch of a few rows of x, or a byte per element of it
  }
}

extension [Float]? {
  /// The elements' address, or nil for nil.
  func withOptionalBuffer<R>(_ body: (UnsafePointer<Float>?) -> R) -> R {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
