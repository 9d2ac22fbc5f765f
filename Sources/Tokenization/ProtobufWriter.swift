/// Writes the fields of a protobuf message.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ field: Int, _ value: Int) {
    raw(UInt64(field) << 3)
    raw(UInt64(bitPattern: Int64(value)))
  }

  mutating func bool(_ field: Int, _ value: Bool) { varint(field, value ? 1 : 0) }

  mutating func float(_ field: Int, _ value: Float) {
    raw(UInt64(field) << 3 | 5)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
    }
  }

  mutating func string(_ field: Int, _ text: String) { message(field, Array(text.utf8)) }

  mutating func message(_ field: Int, _ content: [UInt8]) {
    raw(UInt64(field) << 3 | 2)
    raw(UInt64(content.count))
    bytes += content
  }

  private mutating func raw(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
