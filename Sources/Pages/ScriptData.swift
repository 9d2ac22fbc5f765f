import DataFormats

/// Data as script files: `fetch` does not work on pages opened from the file system.
enum ScriptData {
  /// `proxyv.NAME(argument, argument);` in which no text can end a script element or a line.
  static func call(_ name: String, _ arguments: [JSONValue]) -> String {
    "proxyv.\(name)(" + arguments.map(literal).joined(separator: ",") + ");\n"
  }

  /// JSON that may stand in a script file or inside a script element: `<`, `>` and `&` are written
  /// as escapes, and so are the two line ends that JSON allows and old JavaScript did not (the
  /// writer of JSON does that).
  static func literal(_ value: JSONValue) -> String {
    var safe: [UInt8] = []
    let text = value.text()
    safe.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "<"): safe += Array("\\u003c".utf8)
      case UInt8(ascii: ">"): safe += Array("\\u003e".utf8)
      case UInt8(ascii: "&"): safe += Array("\\u0026".utf8)
      default: safe.append(byte)
      }
    }
    return String(decoding: safe, as: UTF8.self)
  }

  /// A number that JSON has; null for one that it has not.
  static func number(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    if let whole = Int(exactly: value) { return .integer(whole) }
    return .number(value)
  }
}
