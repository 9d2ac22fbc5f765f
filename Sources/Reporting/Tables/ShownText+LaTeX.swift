import Foundation

extension ShownText {
  /// Text in LaTeX that any installation can set: what its standard fonts lack is written by its
  /// code point, since a character that LaTeX does not know ends the compilation.
  public static func latex(_ text: String) -> String {
    // A character with a name is taken whole; only what has none is taken apart.
    let scalars = visible(text).unicodeScalars.flatMap { scalar in
      names[scalar] == nil ? parts(scalar) : [scalar]
    }
    var escaped = ""
    var place = 0
    while place < scalars.count {
      let scalar = scalars[place]
      var end = place + 1
      while end < scalars.count, accents[scalars[end]] != nil { end += 1 }
      let marks = scalars[(place + 1)..<end].compactMap { accents[$0] }
      if let accent = accents[scalar] {
        // With nothing before it that could bear it.
        escaped += "\\\(accent){}"
        end = place + 1
      } else if marks.isEmpty {
        let isDash = scalar == "-" && end < scalars.count && scalars[end] == "-"
        escaped += isDash ? "-{}" : latex(scalar)
      } else {
        escaped += marks.reduce(latex(scalar)) { "\\\($1){\($0)}" }
      }
      place = end
    }
    return escaped
  }

  /// A letter and its accents; what is made of anything else stays whole.
  private static func parts(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    let parts = Array(String(scalar).decomposed.unicodeScalars)
    return parts.dropFirst().allSatisfy { accents[$0] != nil } ? parts : [scalar]
  }

  private static func latex(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "&", "%", "$", "#", "_", "{", "}": return "\\\(scalar)"
    // A line that begins with a bracket would be an option of the line break before it.
    case "[", "]": return "{\(scalar)}"
    default: break
    }
    if let name = names[scalar] { return name }
    return scalar.isASCII ? "\(scalar)" : latex(codePoint(scalar))
  }

  private static let names: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "`": "\\`{}",
    "±": "$\\pm$", "×": "$\\times$", "·": "$\\cdot$", "°": "$^{\\circ}$", "µ": "$\\mu$",
    "Δ": "$\\Delta$", "α": "$\\alpha$", "→": "$\\rightarrow$", "←": "$\\leftarrow$",
    "↑": "$\\uparrow$", "↓": "$\\downarrow$", "≤": "$\\leq$", "≥": "$\\geq$", "−": "$-$",
    "≠": "$\\neq$", "≈": "$\\approx$", "∞": "$\\infty$",
    "–": "--", "—": "---", "…": "\\ldots{}", "“": "``", "”": "''", "‘": "`", "’": "'",
    "†": "\\dag{}", "‡": "\\ddag{}", "§": "\\S{}", "¶": "\\P{}", "£": "\\pounds{}",
    "©": "\\copyright{}", "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}", "ø": "\\o{}",
    "Ø": "\\O{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}",
    "¡": "!`", "¿": "?`", "²": "$^2$", "³": "$^3$", "½": "$\\frac12$",
  ]

  /// Combining marks and the command that sets them.
  private static let accents: [Unicode.Scalar: String] = [
    "\u{300}": "`", "\u{301}": "'", "\u{302}": "^", "\u{303}": "~", "\u{304}": "=",
    "\u{306}": "u", "\u{307}": ".", "\u{308}": "\"", "\u{30A}": "r", "\u{30B}": "H",
    "\u{30C}": "v", "\u{323}": "d", "\u{327}": "c", "\u{328}": "k", "\u{331}": "b",
  ]
}

extension String {
  /// Letters and their accents apart.
  fileprivate var decomposed: String { decomposedStringWithCanonicalMapping }
}
