/// A text that a terminal shows and does not obey: control characters (an escape sequence begins
/// with one) and marks that turn the direction of a line are written as `\u{1B}`; line feeds and
/// tabs stay.
public func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
  var safe = ""
  for scalar in text.unicodeScalars {
    if isUnsafe(scalar) {
      safe += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      safe.unicodeScalars.append(scalar)
    }
  }
  return safe
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A: false
  case 0..<0x20, 0x7F...0x9F: true
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
