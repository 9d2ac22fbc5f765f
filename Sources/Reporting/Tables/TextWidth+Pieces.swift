import Diagnostics

// Long words of several parts, as the options of a method are, may end a line after a part.
extension TextWidth {
  /// A word that is no longer stays whole.
  private static let longestWhole = 18

  /// The parts of a long word, `visionzip:`, `dominant=360,`, `contextual=40`; a short one, or one
  /// without parts, is its only part. The colon of `http://` ends none.
  static func pieces(of word: Substring) -> [Substring] {
    parts(of: word, after: [",", ":"]).flatMap { piece in
      // The numbers of one option: `ratios=0.5/0.25/`, `0.125`. A path stays whole.
      piece.contains("=") ? parts(of: piece, after: ["/"]) : [piece]
    }
  }

  private static func parts(of word: Substring, after marks: Set<Character>) -> [Substring] {
    guard columns(of: String(word)) > longestWhole else { return [word] }
    var parts: [Substring] = []
    var start = word.startIndex
    for place in word.indices where marks.contains(word[place]) {
      let next = word.index(after: place)
      guard next < word.endIndex, word[next] != "/" else { continue }
      parts.append(word[start..<next])
      start = next
    }
    return parts + [word[start...]]
  }

  /// The longest part of a text that stays on one line.
  static func longestPiece(of text: String) -> Int {
    text.split(separator: " ").flatMap(pieces).map { columns(of: String($0)) }.max() ?? 0
  }

  /// As ``wrapped(_:to:cutsWords:)``, and long words also end a line after one of their parts. A
  /// factor, the `×12` of `576 ×12`, stays with its number.
  static func wrappedPieces(_ text: String, to width: Int, cutsWords: Bool = true) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.replacing(" ×", with: "\u{A0}×").split(separator: " ") {
      for (place, piece) in pieces(of: word).enumerated() {
        let piece = cutsWords ? shortened(String(piece), to: width) : String(piece)
        let longer = line + (place == 0 && !line.isEmpty ? " " : "") + piece
        if line.isEmpty || columns(of: longer) <= width {
          line = longer
        } else {
          lines.append(line)
          line = piece
        }
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines.map { $0.replacing("\u{A0}×", with: " ×") }
  }
}
