import Diagnostics
import OrderedCollections

/// Python literals as data files hold them (`['a', "b's"]`, `(1, None)`): parsed, never evaluated.
///
/// Lists and tuples become arrays, dicts with string keys objects, `None` null. Names, calls and
/// operators are refused.
public enum PythonLiteral {
  /// - Throws: ``DataFormatError`` saying what is not a literal and where (character offset).
  public static func parse(
    _ text: String, at location: Location? = nil
  ) throws(DataFormatError) -> JSONValue {
    var parser = LiteralParser(scalars: Array(text.unicodeScalars), location: location)
    let value = try parser.value()
    parser.skipWhitespace()
    guard parser.position == parser.scalars.count else {
      throw parser.failure("text after the end of the literal")
    }
    return value
  }
}

private struct LiteralParser {
  let scalars: [Unicode.Scalar]
  let location: Location?
  var position = 0
  var depth = 0

  init(scalars: [Unicode.Scalar], location: Location?) {
    self.scalars = scalars
    self.location = location
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func value() throws(DataFormatError) -> JSONValue {
    skipWhitespace()
    guard let first = next else { throw failure("the literal ends where a value is expected") }
    switch first {
    case "[": return .array(try items(until: "]"))
    case "(":
      let start = position
      let values = try items(until: ")")
      // (1) is a number in parentheses; only a comma makes a tuple.
      let hasComma = scalars[start..<position].contains(",")
      return values.count == 1 && !hasComma ? values[0] : .array(values)
    case "{": return try dictionary()
    case "'", "\"": return .string(try string(isRaw: false))
    case "0"..."9", "+", "-", ".": return try number()
    default: return try word()
    }
  }

  mutating func items(until end: Unicode.Scalar) throws(DataFormatError) -> [JSONValue] {
    try enter()
    var values: [JSONValue] = []
    while true {
      skipWhitespace()
      if take(end) { break }
      values.append(try value())
      skipWhitespace()
      if take(",") { continue }
      guard take(end) else { throw failure("expected \",\" or \"\(end)\"") }
      break
    }
    depth -= 1
    return values
  }

  mutating func dictionary() throws(DataFormatError) -> JSONValue {
    try enter()
    var members: OrderedDictionary<String, JSONValue> = [:]
    while true {
      skipWhitespace()
      if take("}") { break }
      guard case .string(let key) = try value() else {
        throw failure("only dicts with string keys are supported")
      }
      skipWhitespace()
      guard take(":") else { throw failure("expected \":\" after a key") }
      members[key] = try value()
      skipWhitespace()
      if take(",") { continue }
      guard take("}") else { throw failure("expected \",\" or \"}\"") }
      break
    }
    depth -= 1
    return .object(members)
  }

  mutating func string(isRaw: Bool) throws(DataFormatError) -> String {
    let opening = position
    let quote = scalars[position]
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = next {
      position += 1
      if scalar == quote { return String(text) }
      if scalar == "\n" { break }
      if scalar == "\\" && !isRaw {
        if let escaped = try escape() { text.append(escaped) }
      } else {
        text.append(scalar)
      }
    }
    position = opening
    throw failure("the string is not closed")
  }

  /// The scalar that an escape stands for; nil for a line continuation.
  mutating func escape() throws(DataFormatError) -> Unicode.Scalar? {
    guard let letter = next else { throw failure("the literal ends inside an escape") }
    position += 1
    switch letter {
    case "\\", "'", "\"": return letter
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "a": return "\u{7}"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "v": return "\u{B}"
    case "\n": return nil
    case "0"..."7":
      var value = letter.value - 48
      for _ in 0..<2 {
        guard let digit = next, ("0"..."7").contains(digit) else { break }
        value = value * 8 + digit.value - 48
        position += 1
      }
      return Unicode.Scalar(value)
    case "x": return try hexadecimal(2)
    case "u": return try hexadecimal(4)
    case "U": return try hexadecimal(8)
    case "N": throw failure("named characters are not supported")
    default:
      // Python keeps an unknown escape as it is: the backslash, then the letter.
      position -= 1
      return "\\"
    }
  }

  mutating func hexadecimal(_ digits: Int) throws(DataFormatError) -> Unicode.Scalar {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let scalar = next, let digit = Character(scalar).hexDigitValue, scalar.isASCII else {
        throw failure("an escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure("the escape names no character") }
    return scalar
  }

  mutating func number() throws(DataFormatError) -> JSONValue {
    let start = position
    while let scalar = next, scalar.isASCII,
      scalar.properties.numericType != nil || "+-.eE_".unicodeScalars.contains(scalar)
    {
      position += 1
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<position].filter { $0 != "_" })
    let digits = String(text)
    if let integer = Int(digits) { return .integer(integer) }
    if let number = Double(digits) { return .number(number) }
    position = start
    throw failure("not a number")
  }

  mutating func word() throws(DataFormatError) -> JSONValue {
    let start = position
    while let scalar = next, scalar.isASCII, scalar.properties.isAlphabetic || scalar == "_" {
      position += 1
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: scalars[start..<position])
    switch String(name) {
    case "None": return .null
    case "True": return true
    case "False": return false
    case "nan": return .number(.nan)
    case "inf": return .number(.infinity)
    case "u" where next == "'" || next == "\"": return .string(try string(isRaw: false))
    case "r" where next == "'" || next == "\"": return .string(try string(isRaw: true))
    default:
      position = start
      throw failure("not a literal; names and calls are never evaluated")
    }
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  mutating func skipWhitespace() {
    while let scalar = next, [" ", "\t", "\n", "\r"].contains(scalar) { position += 1 }
  }

  mutating func enter() throws(DataFormatError) {
    position += 1
    depth += 1
    if depth > 100 { throw failure("the literal is nested deeper than 100 levels") }
  }

  func failure(_ message: String) -> DataFormatError {
    DataFormatError(
      .invalidSyntax, "Python literal, character \(position + 1): \(message)", at: location)
  }
}
