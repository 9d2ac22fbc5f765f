import PythonText

/// lmms-eval's `strip_reasoning_tags` with its default tags.
enum ReasoningTags {
  private static let pairs: [(PythonString, PythonString)] = [
    ("<think>", "</think>"), ("<analysis>", "</analysis>"),
  ]

  /// The answer without reasoning and without whitespace around it; nil where that changes nothing
  /// but the whitespace.
  ///
  /// An opening tag that is not closed stays, and so do tags in other letters' case.
  static func stripped(_ answer: String, takesLoneClosingTags: Bool) -> String? {
    var text = PythonString(answer)
    guard pairs.contains(where: { text.contains($0.1) }) else { return nil }
    var changed = false
    for (opening, closing) in pairs {
      while let start = text.firstIndex(of: opening, from: 0),
        let end = text.firstIndex(of: closing, from: start)
      {
        text = PythonString(
          Array(text.scalars[..<start] + text.scalars[(end + closing.count)...]))
        changed = true
      }
      guard takesLoneClosingTags, text.firstIndex(of: opening, from: 0) == nil,
        let last = lastIndex(of: closing, in: text)
      else { continue }
      text = PythonString(Array(text.scalars[(last + closing.count)...]))
      changed = true
    }
    return changed ? text.strip().text : nil
  }

  private static func lastIndex(of part: PythonString, in text: PythonString) -> Int? {
    var last: Int?
    while let next = text.firstIndex(of: part, from: last.map { $0 + 1 } ?? 0) { last = next }
    return last
  }
}
