import Checkpoints
import Tensor

/// Short forms in which model files declare their weights: key and shape side by side.
extension TensorStoreView {
  /// A linear map `[outputs, inputs]`.
  func linear(_ key: String, _ shape: [Int]) throws -> LinearWeights {
    LinearWeights(try matrix(key, shape))
  }

  func matrix(_ key: String, _ shape: [Int]) throws -> Matrix {
    Matrix(rows: shape[0], columns: shape[1], values: try tensor(named: key, shape: shape).floats())
  }

  func vector(_ key: String, _ count: Int) throws -> [Float] {
    try tensor(named: key, shape: [count]).floats()
  }
}
