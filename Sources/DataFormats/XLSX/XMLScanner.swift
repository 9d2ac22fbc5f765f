/// A forward-only reader of the XML in a workbook: elements, attributes and text, no more.
///
/// Document type definitions are refused, so that no entity can be declared and none can expand.
struct XMLScanner {
  enum Event: Equatable {
    /// Names come without their namespace prefix. An empty element is followed by its own `end`.
    case start(name: String, attributes: [String: String])
    case end(name: String)
    case text(String)
  }

  struct Fault: Error, Equatable {
    let message: String
  }

  private let bytes: [UInt8]
  private var position = 0
  private var pendingEnd: String?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next event; nil at the end of the document.
  mutating func next() throws(Fault) -> Event? {
    if let name = pendingEnd {
      pendingEnd = nil
      return .end(name: name)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else { return .text(try text()) }
      if starts(with: "<!--") {
        try skip(past: "-->")
      } else if starts(with: "<![CDATA[") {
        let start = position + 9
        try skip(past: "]]>")
        return .text(try string(start..<position - 3))
      } else if starts(with: "<?") {
        try skip(past: "?>")
      } else if starts(with: "<!") {
        throw Fault(message: "a document type definition, which no workbook has")
      } else if starts(with: "</") {
        let start = position + 2
        try skip(past: ">")
        return .end(name: Self.local(try string(trimmed(start..<position - 1))))
      } else {
        return try startTag()
      }
    }
    return nil
  }

  private mutating func startTag() throws(Fault) -> Event {
    position += 1
    let name = try takeName()
    var attributes: [String: String] = [:]
    while true {
      skipWhitespace()
      guard position < bytes.count else { throw Fault(message: "a tag that is not closed") }
      if bytes[position] == UInt8(ascii: ">") {
        position += 1
        break
      }
      if starts(with: "/>") {
        position += 2
        pendingEnd = Self.local(name)
        break
      }
      let key = try takeName()
      skipWhitespace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
        throw Fault(message: "an attribute without a value")
      }
      position += 1
      skipWhitespace()
      guard position < bytes.count,
        bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
      else {
        throw Fault(message: "an attribute without quotes")
      }
      let quote = bytes[position]
      let start = position + 1
      guard let end = bytes[start...].firstIndex(of: quote) else {
        throw Fault(message: "an attribute that is not closed")
      }
      attributes[key] = try decoded(start..<end)
      position = end + 1
    }
    return .start(name: Self.local(name), attributes: attributes)
  }

  private mutating func text() throws(Fault) -> String {
    let start = position
    position = bytes[start...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    return try decoded(start..<position)
  }

  /// Text with its entities replaced and its line ends made `\n`, as XML demands.
  private func decoded(_ range: Range<Int>) throws(Fault) -> String {
    let slice = bytes[range]
    guard slice.contains(UInt8(ascii: "&")) || slice.contains(0x0D) else {
      return try string(range)
    }
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      switch bytes[index] {
      case 0x0D:
        result.append(0x0A)
        index += index + 1 < range.upperBound && bytes[index + 1] == 0x0A ? 2 : 1
      case UInt8(ascii: "&"):
        guard
          let end = bytes[index..<min(range.upperBound, index + 12)].firstIndex(
            of: UInt8(ascii: ";"))
        else {
          throw Fault(message: "an entity that is not closed")
        }
        result.append(contentsOf: Array(String(try Self.entity(try string(index + 1..<end))).utf8))
        index = end + 1
      default:
        result.append(bytes[index])
        index += 1
      }
    }
    guard let text = String(validating: result, as: UTF8.self) else {
      throw Fault(message: "bytes that are not UTF-8")
    }
    return text
  }

  private static func entity(_ name: String) throws(Fault) -> Character {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let number =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16)
        : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
      guard let scalar = number.flatMap(Unicode.Scalar.init) else {
        throw Fault(message: "the unknown entity \"&\(name);\"")
      }
      return Character(scalar)
    }
  }

  private mutating func takeName() throws(Fault) -> String {
    let start = position
    while position < bytes.count, !Self.endsName(bytes[position]) { position += 1 }
    guard position > start else { throw Fault(message: "a tag without a name") }
    return try string(start..<position)
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    isWhitespace(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">")
      || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "<")
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func local(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  private mutating func skipWhitespace() {
    while position < bytes.count, Self.isWhitespace(bytes[position]) { position += 1 }
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, Self.isWhitespace(bytes[end - 1]) { end -= 1 }
    return range.lowerBound..<end
  }

  private func string(_ range: Range<Int>) throws(Fault) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw Fault(message: "bytes that are not UTF-8")
    }
    return text
  }

  private func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    return text.withUTF8Buffer { mark in (0..<count).allSatisfy { bytes[position + $0] == mark[$0] }
    }
  }

  private mutating func skip(past mark: StaticString) throws(Fault) {
    while position < bytes.count {
      if starts(with: mark) {
        position += mark.utf8CodeUnitCount
        return
      }
      position += 1
    }
    throw Fault(message: "a part that is not closed")
  }
}
