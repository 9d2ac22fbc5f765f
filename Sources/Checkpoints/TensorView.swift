/// A tensor inside a mapped file: its description and access to its bytes without copying.
public struct TensorView: Sendable {
  public let name: String
  public let dtype: DType
  /// Row-major; empty for a scalar.
  public let shape: [Int]
  private let range: Range<Int>
  private let mapping: MappedFile

  init(entry: TensorEntry, file: MappedFile) {
    name = entry.name
    dtype = entry.dtype
    shape = entry.shape
    range = entry.range
    mapping = file
  }

  /// The path of the file that holds the tensor.
  public var file: String { mapping.path }
  public var byteCount: Int { range.count }
  /// The number of elements; cannot overflow, because the header was checked.
  public var count: Int { range.count / dtype.size }

  /// Calls `body` with the stored bytes (little endian, possibly unaligned), straight from the
  /// mapping.
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try mapping.withBytes(in: range, body)
  }

  /// Calls `body` with the stored bytes of the rows `rows` of the first dimension.
  /// - Parameter rows: must lie within the first dimension; what lies outside is cut.
  public func withBytes<R, E: Error>(
    rows: Range<Int>, _ body: (RawSpan) throws(E) -> R
  ) throws(E) -> R {
    let rowCount = shape.first ?? 1
    let rows = rows.clamped(to: 0..<rowCount)
    let rowBytes = rowCount == 0 ? 0 : range.count / rowCount
    let start = range.lowerBound + rows.lowerBound * rowBytes
    return try mapping.withBytes(in: start..<start + rows.count * rowBytes, body)
  }

  /// The values as f32: exact for f32, f16 and bf16, rounded to nearest for f64.
  /// - Throws: ``CheckpointError`` `wrong-dtype` where the tensor holds integers or booleans.
  public func floats() throws(CheckpointError) -> [Float] {
    try floats { body throws(CheckpointError) in try withBytes(body) }
  }

  /// The rows `rows` of the first dimension as f32; see ``floats()``.
  public func floats(rows: Range<Int>) throws(CheckpointError) -> [Float] {
    try floats { body throws(CheckpointError) in try withBytes(rows: rows, body) }
  }

  private func floats(
    _ access: ((RawSpan) throws(CheckpointError) -> [Float]) throws(CheckpointError) -> [Float]
  ) throws(CheckpointError) -> [Float] {
    try access { bytes throws(CheckpointError) in
      switch dtype {
      case .f32: return FloatConversion.floatsFromF32(bytes)
      case .f16: return FloatConversion.floatsFromF16(bytes)
      case .bf16: return FloatConversion.floatsFromBF16(bytes)
      case .f64: return FloatConversion.floatsFromF64(bytes)
      default:
        throw CheckpointError(
          .wrongDType, "expected floating-point values, found \(dtype.rawValue)", file: file,
          tensor: name)
      }
    }
  }

  /// The values as integers; booleans give 0 and 1.
  /// - Throws: ``CheckpointError`` `wrong-dtype` for floating-point tensors and for u64 values
  ///   beyond `Int.max`.
  public func ints() throws(CheckpointError) -> [Int] {
    try withBytes { bytes throws(CheckpointError) in
      switch dtype {
      case .i64: return integers(Int64.self, bytes)
      case .i32: return integers(Int32.self, bytes)
      case .i16: return integers(Int16.self, bytes)
      case .i8: return integers(Int8.self, bytes)
      case .u32: return integers(UInt32.self, bytes)
      case .u16: return integers(UInt16.self, bytes)
      case .u8: return integers(UInt8.self, bytes)
      case .bool: return integers(UInt8.self, bytes).map { $0 == 0 ? 0 : 1 }
      case .u64:
        let values = integers(Int64.self, bytes)
        guard values.allSatisfy({ $0 >= 0 }) else {
          throw CheckpointError(
            .wrongDType, "a value does not fit in 63 bits", file: file, tensor: name)
        }
        return values
      default:
        throw CheckpointError(
          .wrongDType, "expected integers, found \(dtype.rawValue)", file: file, tensor: name)
      }
    }
  }

  /// Lets the system take the tensor's pages back, for example after its values were packed
  /// elsewhere.
  public func dropCachedPages() { mapping.dropPages(in: range) }

  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ bytes: RawSpan
  ) -> [Int] {
    (0..<bytes.byteCount / MemoryLayout<T>.size).map { index in
      Int(
        T(
          littleEndian: bytes.unsafeLoadUnaligned(
            fromByteOffset: index * MemoryLayout<T>.size, as: T.self)))
    }
  }
}
