extension JSONValue {
  /// The document as text: UTF-8 kept as it is, floats in shortest round-trip form, non-finite
  /// numbers as strings (`"NaN"`, `"Infinity"`, `"-Infinity"`), because other readers refuse them
  /// as numbers.
  ///
  /// - Parameter indented: two spaces per level and a final newline; otherwise one line without
  ///   spaces to spare.
  public func text(indented: Bool = false) -> String {
    var output = ""
    write(into: &output, indented: indented, level: 0)
    if indented { output += "\n" }
    return output
  }

  private func write(into output: inout String, indented: Bool, level: Int) {
    switch self {
    case .null: output += "null"
    case .bool(let flag): output += flag ? "true" : "false"
    case .integer(let value): output += String(value)
    case .number(let value): output += Self.numberText(value)
    case .string(let text): Self.writeQuoted(text, into: &output)
    case .array(let items):
      // Lists of plain values stay on one line: ids and positions are thousands of numbers.
      let broken = indented && items.contains { $0.isContainer }
      output += "["
      for (index, item) in items.enumerated() {
        if index > 0 { output += broken || !indented ? "," : ", " }
        if broken { Self.newline(into: &output, level: level + 1) }
        item.write(into: &output, indented: indented, level: level + 1)
      }
      if broken && !items.isEmpty { Self.newline(into: &output, level: level) }
      output += "]"
    case .object(let members):
      output += "{"
      var first = true
      for (key, member) in members {
        if !first { output += "," }
        first = false
        if indented { Self.newline(into: &output, level: level + 1) }
        Self.writeQuoted(key, into: &output)
        output += indented ? ": " : ":"
        member.write(into: &output, indented: indented, level: level + 1)
      }
      if indented && !members.isEmpty { Self.newline(into: &output, level: level) }
      output += "}"
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  private static func newline(into output: inout String, level: Int) {
    output += "\n"
    for _ in 0..<level { output += "  " }
  }

  private static func numberText(_ value: Double) -> String {
    if value.isNaN { return "\"NaN\"" }
    if value.isInfinite { return value < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
    return "\(value)"
  }

  private static func writeQuoted(_ text: String, into output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "\0"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
        let hex = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}
