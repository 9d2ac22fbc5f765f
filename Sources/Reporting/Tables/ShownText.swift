/// Text from data and models, made fit to be shown: nothing in it can steer a terminal, run in a
/// browser, break a table or be computed by a spreadsheet.
public enum ShownText {
  /// Text with what cannot be seen made visible: white space becomes a space, other control
  /// characters their pictures (ESC is ␛), marks that turn the direction of text their code points.
  ///
  /// - Parameter keepsLines: line feeds stay.
  public static func visible(_ text: String, keepsLines: Bool = false) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A where keepsLines: shown.append(scalar)
      case 0x09, 0x0A, 0x0B, 0x0C, 0x0D: shown.append(" ")
      case 0...0x1F: shown.append(UnicodeScalar(0x2400 + scalar.value) ?? " ")
      case 0x7F: shown.append("\u{2421}")
      case 0x80...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        shown.append(contentsOf: codePoint(scalar).unicodeScalars)
      case _ where scalar.properties.isWhitespace: shown.append(" ")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// At most `count` characters; what is left out is marked. A character counts with all its
  /// accents, but a thousand accents are no character.
  public static func cut(_ text: String, to count: Int) -> String {
    let most = 4 * count
    guard text.count > count || text.unicodeScalars.count > most else { return text }
    let start = String(text.prefix(max(0, count - 1)))
    let scalars = start.unicodeScalars
    return (scalars.count > most ? String(String.UnicodeScalarView(scalars.prefix(most))) : start)
      + "…"
  }

  /// `[U+202E]`
  static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "[U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
  }

  /// Text in a cell of a Markdown table.
  public static func markdown(_ text: String) -> String {
    var escaped = ""
    let scalars = Array(visible(text).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      // Inside a word an underscore is only an underscore.
      case "_"
      where index > 0 && index < scalars.count - 1 && isWord(scalars[index - 1])
        && isWord(scalars[index + 1]):
        escaped += "_"
      case "\\", "|", "`", "*", "_", "[", "]", "~": escaped += "\\\(scalar)"
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Text in HTML, SVG or XML, in an element or in a quoted attribute.
  public static func html(_ text: String) -> String {
    var escaped = ""
    for scalar in visible(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // No XML document may hold these.
      case _ where (0xFFFE...0xFFFF).contains(scalar.value): escaped += codePoint(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A text field of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula
  /// gets an apostrophe before it.
  public static func csv(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    let isFormula = [
      "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}",
      "\u{FF20}",
    ].contains(first)
    return quoted(isFormula ? "'" + text : text)
  }

  /// In quotation marks where the field needs them.
  static func quoted(_ field: String) -> String {
    let needs = field.unicodeScalars.contains {
      $0 == "," || $0 == "\"" || $0 == ";" || $0 == "\n" || $0 == "\r" || $0 == "\t"
    }
    guard needs else { return field }
    // Scalar by scalar: a quotation mark with an accent on it is one Character, and ends the field
    // all the same.
    var quoted = String.UnicodeScalarView(["\""])
    for scalar in field.unicodeScalars {
      quoted.append(scalar)
      if scalar == "\"" { quoted.append(scalar) }
    }
    quoted.append("\"")
    return String(quoted)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
