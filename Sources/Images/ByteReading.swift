extension Array where Element == UInt8 {
  /// The big-endian 16-bit number at `offset`, or nil beyond the end.
  func bigEndian16(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 2 else { return nil }
    return Int(self[offset]) << 8 | Int(self[offset + 1])
  }

  /// The big-endian 32-bit number at `offset`, or nil beyond the end.
  func bigEndian32(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return Int(self[offset]) << 24 | Int(self[offset + 1]) << 16 | Int(self[offset + 2]) << 8
      | Int(self[offset + 3])
  }

  /// The little-endian 32-bit number at `offset`, or nil beyond the end.
  func littleEndian32(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return Int(self[offset]) | Int(self[offset + 1]) << 8 | Int(self[offset + 2]) << 16 | Int(
      self[offset + 3]) << 24
  }

  /// Whether `text` stands at `offset`.
  func holds(_ text: String, at offset: Int) -> Bool {
    offset >= 0 && offset <= count && self[offset...].starts(with: text.utf8)
  }

  /// Where `text` first stands at or after `offset`, within `end`.
  func firstIndex(of text: String, from offset: Int, to end: Int) -> Int? {
    let wanted = [UInt8](text.utf8)
    guard let first = wanted.first else { return nil }
    var position = offset
    while position + wanted.count <= Swift.min(end, count) {
      if self[position] == first && self[position...].starts(with: wanted) { return position }
      position += 1
    }
    return nil
  }
}
