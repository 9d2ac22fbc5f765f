import CKernels

/// How the weights of a linear map are kept in memory and multiplied.
public enum WeightStorage: String, CaseIterable, Sendable {
  case f32
  /// Two bytes a weight. Exact for weights that were stored as bf16.
  case bf16
  /// One byte a weight, and a scale per output and group of 1024 inputs (`largest / 127`).
  /// Activations are quantised to bytes too, per row and the same groups.
  case int8

  var kernel: ck_type {
    switch self {
    case .f32: CK_F32
    case .bf16: CK_BF16
    case .int8: CK_INT8
    }
  }
}

/// The type of raw weights as a checkpoint stores them, little-endian.
public enum WeightType: String, CaseIterable, Sendable {
  case f32, f16, bf16

  public var size: Int { self == .f32 ? 4 : 2 }

  var kernel: ck_type {
    switch self {
    case .f32: CK_F32
    case .f16: CK_F16
    case .bf16: CK_BF16
    }
  }
}

/// Weights of a linear map, one row per output, packed once into the order in which the kernels
/// read them.
///
/// The packed form is the same for all instruction sets. Copies share it.
public struct LinearWeights: Sendable {
  public var outputs: Int { packed.outputs }
  public var inputs: Int { packed.inputs }
  public var storage: WeightStorage { packed.storage }
  /// The memory behind the weights.
  public var bytes: Int { ck_weights_bytes(packed.pointer) }
  let packed: PackedWeights

  /// Packs 32-bit weights. // [outputs, inputs]
  public init(_ matrix: Matrix) {
    self.init(matrix, storage: .f32)
  }

  /// Packs 32-bit weights, rounded or quantised to `storage`. // [outputs, inputs]
  public init(_ matrix: Matrix, storage: WeightStorage, on compute: Compute? = nil) {
    guard let packed = PackedWeights(outputs: matrix.rows, inputs: matrix.columns, storage: storage)
    else {
      fatalError("out of memory")  // no more than the matrix itself takes
    }
    matrix.values.withUnsafeBytes {
      packed.pack(first: 0, count: matrix.rows, bytes: $0, type: .f32, on: compute)
    }
    self.packed = packed
  }

  /// Packs raw weights straight from a mapped file. // [outputs, inputs]
  ///
  /// - Parameter compute: whose threads pack; the calling thread alone where nil
  /// - Throws: ``TensorError`` where `bytes` is not `outputs * inputs` elements of `type`, or
  ///   memory is refused.
  public init(
    bytes: RawSpan, type: WeightType, outputs: Int, inputs: Int, storage: WeightStorage,
    on compute: Compute? = nil
  ) throws(TensorError) {
    var packer = try WeightsPacker(outputs: outputs, inputs: inputs, storage: storage)
    try packer.append(bytes, type: type, rows: outputs, on: compute)
    self = try packer.finish()
  }

  init(packed: PackedWeights) { self.packed = packed }

  /// The rows as the kernels see them, after rounding or quantisation. // [rows, inputs]
  public func floats(rows: Range<Int>) -> Matrix {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= outputs)
    let values = [Float](unsafeUninitializedCapacity: rows.count * inputs) { buffer, count in
      if !buffer.isEmpty {
        ck_weights_unpack(packed.pointer, rows.lowerBound, rows.count, buffer.baseAddress)
      }
      count = buffer.count
    }
    return Matrix(rows: rows.count, columns: inputs, values: values)
  }
}

/// Packs weights whose rows come in several pieces: a fused projection cut apart, or one tensor of
/// several files.
///
/// A piece can be released as soon as it has been appended, so the file's pages and the packed form
/// are not needed at once.
public struct WeightsPacker: ~Copyable {
  private let packed: PackedWeights
  private var rows = 0

  /// - Throws: ``TensorError`` for a negative or absurd shape, or where memory is refused.
  public init(outputs: Int, inputs: Int, storage: WeightStorage) throws(TensorError) {
    guard let packed = PackedWeights(outputs: outputs, inputs: inputs, storage: storage) else {
      throw TensorError(
        .outOfMemory, "cannot allocate weights of \(outputs) x \(inputs) as \(storage.rawValue)")
    }
    self.packed = packed
  }

  /// Appends `rows` rows of raw weights. // [rows, inputs]
  public mutating func append(
    _ bytes: RawSpan, type: WeightType, rows count: Int, on compute: Compute? = nil
  ) throws(TensorError) {
    let (elements, overflow) = count.multipliedReportingOverflow(by: packed.inputs)
    guard count >= 0, !overflow, elements <= Int.max / 4, bytes.byteCount == elements * type.size
    else {
      throw TensorError(
        .sizeMismatch,
        """
        \(bytes.byteCount) bytes are not \(count) x \(packed.inputs) weights of type \
        \(type.rawValue)
        """
      )
    }
    guard count <= packed.outputs - rows else {
      throw TensorError(
        .sizeMismatch,
        "\(rows + count) rows are more than the \(packed.outputs) outputs of the weights")
    }
    bytes.withUnsafeBytes {
      packed.pack(first: rows, count: count, bytes: $0, type: type, on: compute)
    }
    rows += count
  }

  /// The weights, once all rows are there.
  public consuming func finish() throws(TensorError) -> LinearWeights {
    guard rows == packed.outputs else {
      throw TensorError(
        .sizeMismatch,
        "\(rows) of \(packed.outputs) rows of the weights are missing or were not appended")
    }
    return LinearWeights(packed: packed)
  }
}

/// The kernels' form of a weight matrix. Written by one packer, read-only afterwards.
final class PackedWeights: @unchecked Sendable {
  let outputs: Int
  let inputs: Int
  let storage: WeightStorage
  let pointer: OpaquePointer
  /// Holds the memory where it is not the kernels' own.
  private let owner: (any AnyObject & Sendable)?

  init?(outputs: Int, inputs: Int, storage: WeightStorage) {
    guard outputs >= 0, inputs >= 0,
      let pointer = ck_weights_create(outputs, inputs, storage.kernel)
    else { return nil }
    self.outputs = outputs
    self.inputs = inputs
    self.storage = storage
    self.pointer = pointer
    owner = nil
  }

  /// Over memory that `owner` keeps; nothing may be packed into it.
  init?(
    image: UnsafeRawBufferPointer, owner: any AnyObject & Sendable, outputs: Int, inputs: Int,
    storage: WeightStorage
  ) {
    guard outputs >= 0, inputs >= 0,
      let pointer = ck_weights_over_image(
        outputs, inputs, storage.kernel, image.baseAddress, image.count)
    else { return nil }
    self.outputs = outputs
    self.inputs = inputs
    self.storage = storage
    self.pointer = pointer
    self.owner = owner
  }

  deinit {
    if owner == nil { ck_weights_destroy(pointer) } else { ck_weights_leave_image(pointer) }
  }

  func pack(
    first: Int, count: Int, bytes: UnsafeRawBufferPointer, type: WeightType, on compute: Compute?
  ) {
    guard count > 0, inputs > 0, let start = bytes.baseAddress else { return }
    ck_weights_pack(compute?.team, pointer, first, count, start, type.kernel)
  }
}
