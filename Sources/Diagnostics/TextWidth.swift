/// How much room text takes on a terminal.
public enum TextWidth {
  /// Columns of a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks.
  public static func columns(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
  }

  public static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let isWide =
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD:
        true
      default: scalar.properties.isEmojiPresentation
      }
    return isWide ? 2 : 1
  }

  public static func padded(_ text: String, to width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - columns(of: text)))
    return right ? space + text : text + space
  }

  /// The longest word.
  public static func longestWord(of text: String) -> Int {
    text.split(separator: " ").map { columns(of: String($0)) }.max() ?? 0
  }

  /// Lines of at most `width` columns, broken between words.
  ///
  /// - Parameter cutsWords: a word that is longer loses its middle; otherwise it stays whole, as a
  ///   path must that is to be copied
  public static func wrapped(
    _ text: String, to width: Int, cutsWords: Bool = true
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ") {
      let word = cutsWords ? shortened(String(word), to: width) : String(word)
      let length = columns(of: word)
      if used > 0, used + 1 + length > width {
        lines.append(line)
        line = ""
        used = 0
      }
      line += used > 0 ? " " + word : word
      used += (used > 0 ? 1 : 0) + length
    }
    if used > 0 || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// A text of lines, each wrapped; what stands before its first word stands before every part.
  public static func wrappedLines(
    _ text: String, to width: Int, cutsWords: Bool = true
  ) -> String {
    // A line feed after a carriage return is one Character with it.
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { line in
      guard columns(of: String(line)) > width else { return String(line) }
      let indent = String(line.prefix { $0 == " " || $0 == "-" })
      let parts = wrapped(
        String(line.dropFirst(indent.count)), to: width - indent.count, cutsWords: cutsWords)
      let later = String(repeating: " ", count: indent.count)
      return parts.enumerated().map { ($0.offset == 0 ? indent : later) + $0.element }.joined(
        separator: "\n")
    }.joined(separator: "\n")
  }

  /// Text of at most `width` columns: `/a/very/…/run.json`.
  public static func shortened(_ text: String, to width: Int) -> String {
    guard columns(of: text) > width else { return text }
    guard width > 1 else { return width == 1 ? "…" : "" }
    let scalars = Array(text.unicodeScalars)
    var head = String.UnicodeScalarView()
    var tail: [Unicode.Scalar] = []
    var room = width - 1
    var (front, back) = (0, scalars.count - 1)
    var takesFront = true
    while front <= back {
      let scalar = takesFront ? scalars[front] : scalars[back]
      let needed = columns(of: scalar)
      if needed > room { break }
      room -= needed
      if takesFront {
        head.append(scalar)
        front += 1
      } else {
        tail.append(scalar)
        back -= 1
      }
      takesFront.toggle()
    }
    head.append("…")
    head.append(contentsOf: tail.reversed())
    return String(head)
  }
}
