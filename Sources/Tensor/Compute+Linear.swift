import COpenBLAS

/// Weights of a linear map, stored as in the checkpoint: one row per output.
public struct LinearWeights: Sendable {
  public let outputs: Int
  public let inputs: Int
  let values: [Float]  // [outputs, inputs]

  public init(_ matrix: Matrix) {
    outputs = matrix.rows
    inputs = matrix.columns
    values = matrix.values
  }
}

extension Compute {
  /// `y = x Wᵀ + b`. // x [tokens, inputs] -> [tokens, outputs]
  public func linear(_ x: Matrix, _ weights: LinearWeights, bias: [Float]? = nil) -> Matrix {
    precondition(x.columns == weights.inputs)
    var y = Matrix(rows: x.rows, columns: weights.outputs)
    if x.rows > 0 {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(x.rows), blasint(weights.outputs), blasint(weights.inputs), 1,
        x.values, blasint(x.columns), weights.values, blasint(weights.inputs), 0, &y.values, blasint(weights.outputs))
    }
    if let bias { for row in 0..<y.rows { for column in 0..<y.columns { y.values[row * y.columns + column] += bias[column] } } }
    return y
  }
}
