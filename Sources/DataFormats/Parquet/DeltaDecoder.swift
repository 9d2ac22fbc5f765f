/// Integers stored as differences in packed blocks.
/// Source: "Delta Encoding (DELTA_BINARY_PACKED = 5)" in the Apache Parquet format's documentation.
enum DeltaDecoder {
  private static let subject = "the packed differences"

  /// Decodes a whole sequence.
  /// - Parameters:
  ///   - position: where the sequence starts; afterwards where it ends.
  ///   - count: how many numbers the page needs; the sequence must hold as many.
  static func decode(
    _ bytes: RawSpan, at position: inout Int, count: Int
  ) throws(ParquetFault) -> [Int64] {
    let blockSize = try RunLengthDecoder.varint(bytes, at: &position, subject: subject)
    let miniblocks = try RunLengthDecoder.varint(bytes, at: &position, subject: subject)
    let total = try RunLengthDecoder.varint(bytes, at: &position, subject: subject)
    let first = try zigzag(bytes, at: &position)
    guard blockSize <= 1 << 20, miniblocks > 0, miniblocks <= blockSize,
      blockSize % (miniblocks * 8) == 0
    else {
      throw .damaged(
        "\(subject) are damaged: blocks of \(blockSize) numbers in \(miniblocks) parts")
    }
    guard total == UInt64(count) else {
      throw .damaged(
        "\(subject) are damaged: they announce \(total) numbers where the page has \(count)")
    }
    var numbers: [Int64] = []
    guard count > 0 else { return numbers }
    numbers.reserveCapacity(count)
    numbers.append(first)
    var last = first
    let miniblockSize = Int(blockSize / miniblocks)
    while numbers.count < count {
      let minimum = try zigzag(bytes, at: &position)
      let widths = position
      guard Int(miniblocks) <= bytes.byteCount - position else { throw .truncated(subject) }
      position += Int(miniblocks)
      for miniblock in 0..<Int(miniblocks) where numbers.count < count {
        let bitWidth = Int(bytes.byte(at: widths + miniblock))
        guard bitWidth <= 64 else {
          throw .damaged("\(subject) are damaged: they are \(bitWidth) bits wide")
        }
        let wanted = min(miniblockSize, count - numbers.count)
        try BitPacking.unpack(
          bytes, from: position, bitWidth: bitWidth, count: wanted, subject: subject
        ) { value in
          last = last &+ minimum &+ Int64(bitPattern: value)
          numbers.append(last)
        }
        position = min(bytes.byteCount, position + miniblockSize / 8 * bitWidth)
      }
    }
    return numbers
  }

  private static func zigzag(_ bytes: RawSpan, at position: inout Int) throws(ParquetFault) -> Int64
  {
    let value = try RunLengthDecoder.varint(bytes, at: &position, subject: subject)
    return Int64(bitPattern: value >> 1) ^ (0 &- Int64(bitPattern: value & 1))
  }
}
