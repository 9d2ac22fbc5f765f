/// A text from data, models or file names as it may be shown on a terminal: control characters and
/// direction marks stand as `\\u001b`.
///
/// Escape sequences could recolour, erase or retitle a terminal, a carriage return could hide what
/// came before it, and direction marks could turn a name around. The notation is that of JSON, so
/// that JSON stays what it was.
/// - Parameter keepingLines: line ends and tabs are layout and stay; else they are escaped too, so
///   that a text from outside cannot begin a line of its own
public func terminalText(_ text: String, keepingLines: Bool = false) -> String {
  guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
  var shown = ""
  let scalars = Array(text.unicodeScalars)
  for (index, scalar) in scalars.enumerated() {
    let isLayout =
      scalar == "\n" || scalar == "\t"
      || (scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n")
    if !isUnsafe(scalar) || (keepingLines && isLayout) {
      shown.unicodeScalars.append(scalar)
    } else {
      let digits = String(scalar.value, radix: 16)
      shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return shown
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x1F, 0x7F...0x9F: true
  // Direction marks, embeddings, overrides and isolates; line and paragraph separators.
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
