import Checkpoints
import Tensor

/// How weights are kept for computing.
public enum WeightFormat: String, Sendable, CaseIterable {
  /// bf16 stays bf16, everything else becomes 32-bit floats: no weight changes.
  case stored
  case f32
  case bf16
  /// A byte a weight with a scale per output and group of 1024 inputs.
  case int8
}

/// Reads a checkpoint's tensors into the form in which they are computed with: key and shape side
/// by side in the model files.
///
/// Tensors are packed one by one straight from the mapped file, whose pages are handed back at
/// once, so that a model never lies in memory twice.
struct WeightLoader: Sendable {
  let store: TensorStoreView
  let format: WeightFormat
  let compute: Compute
  /// Where packed weights are kept between loads, or nil.
  var cache: PackedWeightsCache?
  /// Gathers what is no finite number.
  var nonFinite = NonFiniteWeights()
  /// Tells the tensors of a store of its own from those of the same name in the model's.
  private var scope = ""

  init(
    store: TensorStoreView, format: WeightFormat, compute: Compute, cache: PackedWeightsCache? = nil
  ) {
    self.store = store
    self.format = format
    self.compute = compute
    self.cache = cache
  }

  /// Under another key prefix or store.
  func over(_ store: TensorStoreView) -> WeightLoader {
    var loader = WeightLoader(store: store, format: format, compute: compute, cache: cache)
    loader.nonFinite = nonFinite
    if store.store !== self.store.store { loader.scope = "separate-tower:" }
    return loader
  }

  func tensor(named key: String, shape: [Int]) throws -> TensorView {
    try store.tensor(named: key, shape: shape)
  }

  /// A linear map `[outputs, inputs]`.
  func linear(_ key: String, _ shape: [Int]) throws -> LinearWeights {
    let outputs = shape[0]
    return try linear(
      tensor(named: key, shape: shape), inputs: shape.dropFirst().reduce(1, *), rows: [0..<outputs])
  }

  /// A linear map made of some rows of a fused tensor `[rows, inputs]`.
  func linear(_ view: TensorView, inputs: Int, rows: [Range<Int>]) throws -> LinearWeights {
    defer { view.dropCachedPages() }
    let outputs = rows.reduce(0) { $0 + $1.count }
    guard let type = WeightType(view.dtype) else {
      return LinearWeights(
        Matrix(
          rows: outputs, columns: inputs, values: try rows.flatMap { try view.floats(rows: $0) }))
    }
    let key = PackedWeightsFile.Key(
      tensor: scope + view.name, rows: rows, inputs: inputs, storage: storage(of: type))
    if let weights = cache?.weights(key, compute: compute) { return weights }
    var packer = try WeightsPacker(outputs: outputs, inputs: inputs, storage: key.storage)
    var isFinite = true
    for range in rows {
      if nonFinite.look(in: view, rows: range) { isFinite = false }
      try view.withBytes(rows: range) { bytes in
        try packer.append(bytes, type: type, rows: range.count, on: compute)
      }
    }
    let weights = try packer.finish()
    // What is not finite is looked at again, and named, at every load.
    if isFinite { cache?.keep(weights, key, compute: compute) }
    return weights
  }

  func matrix(_ key: String, _ shape: [Int]) throws -> Matrix {
    Matrix(rows: shape[0], columns: shape[1], values: try floats(key, shape))
  }

  func vector(_ key: String, _ count: Int) throws -> [Float] { try floats(key, [count]) }

  private func floats(_ key: String, _ shape: [Int]) throws -> [Float] {
    let view = try tensor(named: key, shape: shape)
    nonFinite.look(in: view, rows: 0..<shape[0])
    return try view.floats()
  }

  private func storage(of type: WeightType) -> WeightStorage {
    switch format {
    case .stored: type == .bf16 ? .bf16 : .f32
    case .f32: .f32
    case .bf16: .bf16
    case .int8: .int8
    }
  }
}

extension WeightType {
  /// Nil for a type that is no 16- or 32-bit float.
  fileprivate init?(_ dtype: DType) {
    switch dtype {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    default: return nil
    }
  }
}
