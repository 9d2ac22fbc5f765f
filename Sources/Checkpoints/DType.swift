/// The element types of a safetensors file that are read here; the raw value is the name in the
/// header.
public enum DType: String, Sendable, Hashable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool: 1
    }
  }

  /// The place in the format's own list of types; the reference writer sorts tensors by it,
  /// falling.
  var layoutRank: Int {
    switch self {
    case .bool: 0
    case .u8: 1
    case .i8: 2
    case .i16: 3
    case .u16: 4
    case .f16: 5
    case .bf16: 6
    case .i32: 7
    case .u32: 8
    case .f32: 9
    case .f64: 10
    case .i64: 11
    case .u64: 12
    }
  }

  public var isFloatingPoint: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16: true
    default: false
    }
  }

  /// The number of bytes of a tensor with this type, or nil where the product does not fit in an
  /// `Int` or a dimension is negative.
  public func byteCount(shape: [Int]) -> Int? {
    guard let elements = elementCount(shape: shape) else { return nil }
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: size)
    return overflow ? nil : bytes
  }
}

/// The product of the dimensions (1 for a scalar), or nil on overflow or a negative dimension.
public func elementCount(shape: [Int]) -> Int? {
  var count = 1
  for dimension in shape {
    guard dimension >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    if overflow { return nil }
    count = product
  }
  return count
}
