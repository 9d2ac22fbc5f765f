/// Snappy's raw format, decompressed in portions: Debian's library wants the whole page in one
/// buffer. Source: `format_description.txt` of google/snappy.
final class SnappyStream: StreamDecompressor {
  /// How far back a copy may reach: every compressor known works in blocks of 64 KiB, which refer
  /// only into themselves.
  static let window = 1 << 16

  private let size: Int
  private var hasStarted = false
  /// The bytes of the current literal that are still to come.
  private var literalLeft = 0

  init(size: Int) { self.size = size }

  func step(
    _ input: RawSpan, isLast: Bool, atMost count: Int, into output: inout [UInt8]
  ) throws(ParquetFault) -> Int? {
    var position = 0
    if !hasStarted {
      guard (try? RunLengthDecoder.varint(input, at: &position, subject: "a page")) == UInt64(size)
      else { return nil }
      hasStarted = true
    }
    let goal = output.count + count
    while output.count < goal, position < input.byteCount {
      if literalLeft > 0 {
        let taken = min(literalLeft, input.byteCount - position)
        input.extracting(position..<position + taken).withUnsafeBytes {
          output.append(contentsOf: $0)
        }
        position += taken
        literalLeft -= taken
        continue
      }
      let tag = Int(input.byte(at: position))
      let extra = Self.extraBytes(tag)
      guard position + 1 + extra <= input.byteCount else {
        if isLast { return nil }
        break
      }
      var number = 0
      for index in 0..<extra { number |= Int(input.byte(at: position + 1 + index)) << (8 * index) }
      position += 1 + extra
      switch tag & 3 {
      case 0: literalLeft = (extra == 0 ? tag >> 2 : number) + 1
      case 1: try copy(4 + tag >> 2 & 7, from: (tag >> 5) << 8 | number, in: &output)
      default: try copy(1 + tag >> 2, from: number, in: &output)
      }
    }
    if isLast, position == input.byteCount, literalLeft > 0 { return nil }
    return position
  }

  /// The bytes of an element's length or distance behind its tag.
  private static func extraBytes(_ tag: Int) -> Int {
    switch tag & 3 {
    case 0: max(0, tag >> 2 - 59)
    case 1: 1
    case 2: 2
    default: 4
    }
  }

  private func copy(
    _ length: Int, from distance: Int, in output: inout [UInt8]
  ) throws(ParquetFault) {
    guard distance > 0, distance <= output.count else {
      throw .damaged(
        """
        a page compressed with Snappy refers back \(distance) bytes, to before its beginning or \
        further than 64 KiB
        """
      )
    }
    // Byte by byte: a copy may overlap itself, and a slice of the same array would copy the whole
    // array first.
    for _ in 0..<length { output.append(output[output.count - distance]) }
  }
}
