/// Conversions between f32 and the storage formats, element by element, in loops that the compiler
/// vectorises.
///
/// Swift's `Float16` converts one value at a time through a library call on plain x86-64, and there
/// is no `BFloat16`, so both are done on bit patterns here. The `unsafeLoadUnaligned` calls read
/// inside a count taken from the span itself.
public enum FloatConversion {
  // MARK: To f32

  static func floatsFromF32(_ bytes: RawSpan) -> [Float] {
    converted(bytes, UInt32.self) { Float(bitPattern: $0) }
  }

  static func floatsFromBF16(_ bytes: RawSpan) -> [Float] {
    converted(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
  }

  static func floatsFromF16(_ bytes: RawSpan) -> [Float] {
    converted(bytes, UInt16.self, float(f16:))
  }

  static func floatsFromF64(_ bytes: RawSpan) -> [Float] {
    converted(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
  }

  /// The f32 value of an IEEE half; exact, subnormals included.
  @inline(__always)
  public static func float(f16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // Exponent and fraction read as f32 are 2^112 too small; the product restores them and
    // normalises subnormals.
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    // infinity and NaN keep their fraction
    let special = magnitude >= 0x0F80_0000 ? 0x7F80_0000 | magnitude : scaled
    return Float(bitPattern: sign | special)
  }

  // MARK: From f32, round to nearest even

  /// The bfloat16 bits nearest to `value`; ties to even, NaN stays NaN.
  @inline(__always)
  public static func bf16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    let quietNaN = bits >> 16 | 0x40
    return UInt16(truncatingIfNeeded: bits & 0x7FFF_FFFF > 0x7F80_0000 ? quietNaN : rounded)
  }

  /// The IEEE half bits nearest to `value`; ties to even, beyond 65519 infinity, NaN stays NaN.
  @inline(__always)
  public static func f16(_ value: Float) -> UInt16 {
    let sign = value.bitPattern >> 16 & 0x8000
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    // Normal results: move the exponent from bias 127 to 15 and round off 13 bits; a carry may
    // reach infinity, rightly.
    let rebased = magnitude &- 0x3800_0000
    let normal = (rebased &+ 0xFFF &+ (rebased >> 13 & 1)) >> 13
    // Subnormal results: in the sum with 0.5 the last place is 2^-24, the smallest half.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3F00_0000
    let special: UInt32 = magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00
    let result = magnitude >= 0x4780_0000 ? special : magnitude < 0x3880_0000 ? subnormal : normal
    return UInt16(truncatingIfNeeded: sign | result)
  }

  /// `values` as little-endian bytes of a floating-point `dtype`; nil for other types.
  public static func bytes(of values: [Float], as dtype: DType) -> [UInt8]? {
    switch dtype {
    case .f32: stored(values, UInt32.self) { $0.bitPattern }
    case .f16: stored(values, UInt16.self) { f16($0) }
    case .bf16: stored(values, UInt16.self) { bf16($0) }
    case .f64: stored(values, UInt64.self) { Double($0).bitPattern }
    default: nil
    }
  }

  // MARK: Loops

  @inline(__always)
  private static func converted<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _: Bits.Type, _ convert: (Bits) -> Float
  ) -> [Float] {
    let count = bytes.byteCount / MemoryLayout<Bits>.size
    var floats = [Float](repeating: 0, count: count)
    var output = floats.mutableSpan
    for index in 0..<count {
      let bits = bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self)
      output[unchecked: index] = convert(Bits(littleEndian: bits))
    }
    return floats
  }

  @inline(__always)
  private static func stored<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ values: [Float], _: Bits.Type, _ convert: (Float) -> Bits
  ) -> [UInt8] {
    let size = MemoryLayout<Bits>.size
    var bytes = [UInt8](repeating: 0, count: values.count * size)
    var output = bytes.mutableSpan
    var raw = output.mutableBytes
    let input = values.span
    for index in 0..<input.count {
      raw.storeBytes(
        of: convert(input[unchecked: index]).littleEndian, toUncheckedByteOffset: index &* size,
        as: Bits.self)
    }
    return bytes
  }
}
