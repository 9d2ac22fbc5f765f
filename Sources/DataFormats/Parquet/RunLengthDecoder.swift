/// The hybrid of run lengths and bit packing in which levels, dictionary indices and booleans are
/// written. Source: "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)" in the Apache Parquet
/// format's documentation.
enum RunLengthDecoder {
  /// Decodes `count` numbers of `bitWidth` bits (0 to 32) from all of `bytes`.
  static func decode<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ bytes: RawSpan, bitWidth: Int, count: Int, as type: Number.Type, subject: String
  ) throws(ParquetFault) -> [Number] {
    guard (0...32).contains(bitWidth) else {
      throw .damaged("\(subject) are damaged: they are \(bitWidth) bits wide")
    }
    var numbers: [Number] = []
    numbers.reserveCapacity(count)
    let byteWidth = (bitWidth + 7) / 8
    var position = 0
    while numbers.count < count {
      let header = try varint(bytes, at: &position, subject: subject)
      let wanted = count - numbers.count
      if header & 1 == 0 {
        let run = header >> 1
        guard run > 0 else { throw .damaged("\(subject) are damaged: a run is empty") }
        guard byteWidth <= bytes.byteCount - position else {
          throw .truncated("the run of \(subject)")
        }
        var value: UInt32 = 0
        for index in 0..<byteWidth {
          value |= UInt32(bytes.byte(at: position + index)) << UInt32(8 * index)
        }
        position += byteWidth
        guard let number = Number(exactly: value) else {
          throw .damaged("\(subject) are damaged: one is \(value)")
        }
        numbers.append(contentsOf: repeatElement(number, count: Int(min(run, UInt64(wanted)))))
      } else {
        let groups = header >> 1
        guard groups > 0 else { throw .damaged("\(subject) are damaged: a run is empty") }
        let present = groups > UInt64(wanted) ? wanted : min(Int(groups) * 8, wanted)
        try BitPacking.unpack(
          bytes, from: position, bitWidth: bitWidth, count: present, subject: subject
        ) { value in
          numbers.append(Number(truncatingIfNeeded: value))
        }
        // A writer may leave out the unused bytes of the last group.
        let length = groups > UInt64(bytes.byteCount) ? bytes.byteCount : Int(groups) * bitWidth
        position = min(bytes.byteCount, position + length)
      }
    }
    return numbers
  }

  /// An unsigned number in groups of seven bits, the lowest first.
  static func varint(
    _ bytes: RawSpan, at position: inout Int, subject: String
  ) throws(ParquetFault) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      guard position < bytes.byteCount else { throw .truncated("the run of \(subject)") }
      let next = bytes.byte(at: position)
      position += 1
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
    }
    throw .damaged("\(subject) are damaged: a number has more than 64 bits")
  }
}

/// Numbers of a fixed width in bits, packed from the lowest bit of the first byte on.
enum BitPacking {
  /// Calls `body` with `count` numbers of `bitWidth` bits (0 to 64) that start at byte `start`.
  @inline(__always)
  static func unpack(
    _ bytes: RawSpan, from start: Int, bitWidth: Int, count: Int, subject: String,
    _ body: (UInt64) -> Void
  ) throws(ParquetFault) {
    guard bitWidth > 0 else {
      for _ in 0..<count { body(0) }
      return
    }
    // count is at most the limit of values in a page, so the product does not overflow.
    guard start <= bytes.byteCount, (count * bitWidth + 7) / 8 <= bytes.byteCount - start else {
      throw .truncated("the run of \(subject)")
    }
    let mask = bitWidth == 64 ? UInt64.max : (1 << UInt64(bitWidth)) - 1
    var bit = 0
    for _ in 0..<count {
      let byte = start + bit >> 3
      let shift = bit & 7
      var value: UInt64
      if byte + 8 <= bytes.byteCount {
        value =
          bytes.unsafeLoadUnaligned(fromByteOffset: byte, as: UInt64.self).littleEndian
          >> UInt64(shift)
        if shift + bitWidth > 64 { value |= UInt64(bytes.byte(at: byte + 8)) << UInt64(64 - shift) }
      } else {
        value = 0
        for index in 0..<((shift + bitWidth + 7) / 8) where index < 8 {
          value |= UInt64(bytes.byte(at: byte + index)) << UInt64(8 * index)
        }
        value >>= UInt64(shift)
      }
      body(value & mask)
      bit += bitWidth
    }
  }
}

extension RawSpan {
  /// The byte at a place that the caller has checked.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// The little-endian number at a place that the caller has checked.
  @inline(__always)
  func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    Number(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
