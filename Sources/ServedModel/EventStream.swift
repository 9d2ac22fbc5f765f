/// Server-sent events, cut out of a byte stream wherever its pieces begin and end.
///
/// Only what an OpenAI-compatible server uses: `data:` lines; comments (`: keep-alive`), other
/// fields and empty lines are passed over. Lines end with LF, CR LF or CR LF split over two pieces.
struct EventStream {
  private var line: [UInt8] = []

  /// - Returns: the data of the lines that these bytes complete.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in bytes {
      guard byte == 0x0A else {
        line.append(byte)
        continue
      }
      if let data = Self.data(of: line) { events.append(data) }
      line.removeAll(keepingCapacity: true)
    }
    return events
  }

  /// What a last line without its end holds.
  mutating func finish() -> [UInt8]? {
    defer { line.removeAll() }
    return Self.data(of: line)
  }

  private static let field = Array("data:".utf8)

  private static func data(of line: [UInt8]) -> [UInt8]? {
    guard line.starts(with: field) else { return nil }
    var data = line[field.count...]
    if data.last == 0x0D { data.removeLast() }
    if data.first == 0x20 { data.removeFirst() }
    return Array(data)
  }
}
