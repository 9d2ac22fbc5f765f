/// Reads the fields of a protobuf message in the order in which they stand; lengths are checked,
/// nothing is copied.
struct ProtobufReader {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  struct Failure: Error {
    /// The offset in the whole input.
    var offset: Int
    var reason: String
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next field, nil at the end of the message.
  mutating func next() throws(Failure) -> (field: Int, value: Value)? {
    guard position < bytes.endIndex else { return nil }
    let key = try varint()
    let field = Int(truncatingIfNeeded: key >> 3)
    guard key >> 3 >= 1, key >> 3 < 1 << 29 else { throw failure("a field number out of range") }
    switch key & 7 {
    case 0: return (field, .varint(try varint()))
    case 1: return (field, .fixed64(try fixed(8)))
    case 2:
      let count = try varint()
      guard count <= UInt64(bytes.endIndex - position) else {
        throw failure("a field is longer than the file")
      }
      let start = position
      position += Int(count)
      return (field, .bytes(bytes[start..<position]))
    case 5: return (field, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw failure("an unknown wire type")
    }
  }

  private mutating func varint() throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard position < bytes.endIndex else { throw failure("the file ends inside a number") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw failure("a number of more than ten bytes")
  }

  private mutating func fixed(_ count: Int) throws(Failure) -> UInt64 {
    guard bytes.endIndex - position >= count else { throw failure("the file ends inside a number") }
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    position += count
    return value
  }

  private func failure(_ reason: String) -> Failure { Failure(offset: position, reason: reason) }
}
