import Foundation

extension ShownText {
  /// Text in LaTeX that any installation can set: what its standard fonts lack is written by its
  /// code point, since a character that LaTeX does not know ends the compilation.
  public static func latex(_ text: String) -> String {
    var escaped = ""
    let scalars = Array(visible(text).decomposed.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if accents[scalar] != nil { continue }
      if let next, let accent = accents[next] {
        escaped += "\\\(accent){\(latex(scalar))}"
      } else if scalar == "-", next == "-" {
        escaped += "-{}"
      } else {
        escaped += latex(scalar)
      }
    }
    return escaped
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
    "\u{30C}": "v", "\u{327}": "c",
  ]
}

extension String {
  /// Letters and their accents apart.
  fileprivate var decomposed: String { decomposedStringWithCanonicalMapping }
}
