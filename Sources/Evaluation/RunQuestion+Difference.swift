import DataFormats

extension RunQuestion {
  /// The first thing in which two runs ask differently, for a sentence; nil where there is none.
  static func firstDifference(
    _ own: [RunQuestion], _ other: [RunQuestion]
  ) -> (name: String, own: String, other: String)? {
    for (place, (mine, theirs)) in zip(own, other).enumerated() where mine != theirs {
      guard mine.id == theirs.id else {
        return ("the id of question \(place + 1)", mine.id, theirs.id)
      }
      for part in parts where part.text(mine) != part.text(theirs) {
        let (first, second) = excerpts(part.text(mine), part.text(theirs))
        return ("\(part.name) of question \"\(mine.id)\"", first, second)
      }
    }
    guard own.count != other.count else { return nil }
    return ("the number of questions", String(own.count), String(other.count))
  }

  private static let parts: [(name: String, text: @Sendable (RunQuestion) -> String)] = [
    ("the prompt", { $0.prompt.text }),
    ("the limit of new tokens", { String($0.prompt.maximumNewTokens) }),
    ("the image", { $0.imageIdentity ?? "none" }),
    ("the question's text", { $0.question }),
    ("the list of references", { $0.json["references"]?.text() ?? "" }),
    ("what the data says beside", { $0.json["metadata"]?.text() ?? "" }),
    ("the verdict", { $0.verdict.map { "\($0)" } ?? "none" }),
  ]

  /// Both texts where they begin to differ, in one line each.
  private static func excerpts(_ first: String, _ second: String) -> (String, String) {
    let (first, second) = (Array(first.unicodeScalars), Array(second.unicodeScalars))
    let same = zip(first, second).prefix { $0 == $1 }.count
    func shown(_ text: [Unicode.Scalar]) -> String {
      let start = max(0, same - 20)
      let end = min(text.count, same + 40)
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: text[min(start, end)..<end])
      let inner = JSONValue.string(String(piece)).text().dropFirst().dropLast()
      return (start > 0 ? "..." : "") + inner + (end < text.count ? "..." : "")
    }
    return (shown(first), shown(second))
  }
}
