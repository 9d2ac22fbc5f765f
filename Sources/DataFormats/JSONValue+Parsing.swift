import Diagnostics
import OrderedCollections

extension JSONValue {
  /// Parses one JSON document (RFC 8259, with Python's `NaN`, `Infinity` and `-Infinity` accepted).
  ///
  /// - Parameters:
  ///   - file: the name that errors carry.
  ///   - firstLine: the line number of the first byte, for JSON Lines.
  /// - Throws: ``DataFormatError`` with line and column: bad syntax, invalid UTF-8, a lone
  ///   surrogate escape, nesting deeper than 512 levels. Of a repeated key the last value counts,
  ///   as in Python.
  public static func parse(
    _ bytes: [UInt8], file: String? = nil, firstLine: Int = 1
  ) throws(DataFormatError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, file: file, firstLine: firstLine)
    return try parser.document()
  }

  public static func parse(
    _ text: String, file: String? = nil, firstLine: Int = 1
  ) throws(DataFormatError) -> JSONValue {
    try parse(Array(text.utf8), file: file, firstLine: firstLine)
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let file: String?
  let firstLine: Int
  var position = 0
  var depth = 0

  init(bytes: [UInt8], file: String?, firstLine: Int) {
    self.bytes = bytes
    self.file = file
    self.firstLine = firstLine
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws(DataFormatError) -> JSONValue {
    let value = try value()
    skipWhitespace()
    if position < bytes.count { throw failure("text after the end of the JSON value") }
    return value
  }

  mutating func value() throws(DataFormatError) -> JSONValue {
    skipWhitespace()
    guard position < bytes.count else { throw failure("the JSON ends where a value is expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): try word("true"); return .bool(true)
    case UInt8(ascii: "f"): try word("false"); return .bool(false)
    case UInt8(ascii: "n"): try word("null"); return .null
    case UInt8(ascii: "N"): try word("NaN"); return .number(.nan)
    case UInt8(ascii: "I"): try word("Infinity"); return .number(.infinity)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("a JSON value cannot start with \(shown(bytes[position]))")
    }
  }

  mutating func object() throws(DataFormatError) -> JSONValue {
    try enter()
    var members: OrderedDictionary<String, JSONValue> = [:]
    skipWhitespace()
    if take(UInt8(ascii: "}")) { depth -= 1; return .object(members) }
    while true {
      skipWhitespace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw failure("expected a key in double quotes")
      }
      let key = try string()
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else {
        throw failure("expected \":\" after the key \"\(key)\"")
      }
      members[key] = try value()
      skipWhitespace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "}")) { depth -= 1; return .object(members) }
      throw failure("expected \",\" or \"}\" in an object")
    }
  }

  mutating func array() throws(DataFormatError) -> JSONValue {
    try enter()
    var items: [JSONValue] = []
    skipWhitespace()
    if take(UInt8(ascii: "]")) { depth -= 1; return .array(items) }
    while true {
      items.append(try value())
      skipWhitespace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "]")) { depth -= 1; return .array(items) }
      throw failure("expected \",\" or \"]\" in a list")
    }
  }

  mutating func string() throws(DataFormatError) -> String {
    let opening = position
    position += 1
    var start = position
    var text: [UInt8]? = nil  // nil while the string has no escape and is one slice of the input
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let slice = bytes[start..<position]
        let decoded: String?
        if var text {
          text.append(contentsOf: slice)
          decoded = String(validating: text, as: UTF8.self)
        } else {
          decoded = String(validating: slice, as: UTF8.self)
        }
        position += 1
        guard let decoded else {
          position = opening
          throw failure("the string is not valid UTF-8")
        }
        return decoded
      case UInt8(ascii: "\\"):
        var prefix = text ?? []
        prefix.append(contentsOf: bytes[start..<position])
        position += 1
        prefix.append(contentsOf: Array(String(try escape()).utf8))
        text = prefix
        start = position
      case 0..<0x20:
        throw failure("a control character in a string must be escaped")
      default:
        position += 1
      }
    }
    position = opening
    throw failure("the string is not closed")
  }

  mutating func escape() throws(DataFormatError) -> Unicode.Scalar {
    guard position < bytes.count else { throw failure("the JSON ends inside an escape") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexUnit()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else {
        throw failure(
          "a lone surrogate escape is not text; the file was written with broken characters")
      }
      position += 2
      let low = try hexUnit()
      guard (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(
          0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
      else {
        throw failure(
          "a lone surrogate escape is not text; the file was written with broken characters")
      }
      return scalar
    default:
      position -= 1
      throw failure("unknown escape \\\(shown(letter))")
    }
  }

  mutating func hexUnit() throws(DataFormatError) -> UInt16 {
    guard position + 4 <= bytes.count else { throw failure("\\u needs four hexadecimal digits") }
    var unit: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("\\u needs four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    position += 4
    return unit
  }

  mutating func number() throws(DataFormatError) -> JSONValue {
    let start = position
    if take(UInt8(ascii: "-")), position < bytes.count, bytes[position] == UInt8(ascii: "I") {
      try word("Infinity")
      return .number(-.infinity)
    }
    let integerStart = position
    let integerDigits = digits()
    if integerDigits == 0 || (integerDigits > 1 && bytes[integerStart] == UInt8(ascii: "0")) {
      position = start
      throw failure("not a number")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      if digits() == 0 { throw failure("a number needs digits after its point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw failure("a number needs digits in its exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    return .number(Double(text) ?? .nan)
  }

  mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    { position += 1 }
    return position - start
  }

  mutating func word(_ expected: StaticString) throws(DataFormatError) {
    let matches = expected.withUTF8Buffer { letters in bytes[position...].starts(with: letters) }
    guard matches else { throw failure("not a JSON value") }
    position += expected.utf8CodeUnitCount
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  mutating func enter() throws(DataFormatError) {
    position += 1
    depth += 1
    if depth > 512 { throw failure("the JSON is nested deeper than 512 levels") }
  }

  func shown(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7F
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte 0x" + String(byte, radix: 16)
  }

  func failure(_ message: String) -> DataFormatError {
    let before = bytes[..<min(position, bytes.count)]
    let line = firstLine + before.count { $0 == 0x0A }
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return DataFormatError(
      .invalidSyntax, message, at: Location(file: file, place: "line \(line), column \(column)"))
  }
}
