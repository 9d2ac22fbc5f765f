/// The kind of a rule: `distance 2 of 8` and `distance 1 of 5` are of one kind.
enum RuleKind {
  /// The rule without what varies from answer to answer: numbers become `n`, quoted texts `…`.
  static func of(_ rule: String) -> String {
    var kind: [Unicode.Scalar] = []
    let scalars = Array(rule.unicodeScalars.prefix(longest))
    var position = 0
    while position < scalars.count {
      let scalar = scalars[position]
      if scalar == "\"", let end = scalars[(position + 1)...].lastIndex(of: "\"") {
        kind += Array("\"…\"".unicodeScalars)
        position = end + 1
      } else if isDigit(scalar) {
        position = endOfNumber(in: scalars, from: position)
        // A sign belongs to its number.
        if kind.last == "-" { kind.removeLast() }
        kind.append("n")
      } else {
        kind.append(scalar)
        position += 1
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: kind)
    return String(text)
  }

  /// Rules are short; one that quotes an answer of a megabyte is cut.
  private static let longest = 400

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// The place after `12`, `0.5`, `1e-05`.
  private static func endOfNumber(in scalars: [Unicode.Scalar], from start: Int) -> Int {
    var end = start
    func skipDigits() { while end < scalars.count, isDigit(scalars[end]) { end += 1 } }
    func hasDigit(at place: Int) -> Bool { place < scalars.count && isDigit(scalars[place]) }
    skipDigits()
    if end < scalars.count, scalars[end] == ".", hasDigit(at: end + 1) {
      end += 1
      skipDigits()
    }
    if end < scalars.count, scalars[end] == "e" {
      let signed = end + 1 < scalars.count && (scalars[end + 1] == "-" || scalars[end + 1] == "+")
      if hasDigit(at: end + (signed ? 2 : 1)) {
        end += signed ? 2 : 1
        skipDigits()
      }
    }
    return end
  }
}
