import PythonText

/// AI2D: diagrams with lettered options (docs/metrics-more.md, section 7).
public enum AI2DScore {
  /// - Parameters:
  ///   - options: the texts of A, B, C, D
  ///   - answer: the index of the right one
  public static func score(
    prediction: String, options: [String], answer: Int, profile: Profile
  ) -> MetricScore {
    let raw = PythonString(prediction)
    let gold = PythonString(OptionLetter.letter(answer).map { [$0] } ?? [])
    switch profile.evaluator {
    case .vlmEvalKit:
      return OptionLetter.score(.vlmEvalKit(raw, options: options, profile: profile), answer: gold)
    case .lmmsEval, .official, .llava:
      // The letter is looked for before reasoning is taken off.
      let read = leadingLetter(raw) ?? raw
      return ExactMatch.score(profile.given(read).strip(), gold)
    }
  }

  /// The letter of `^\s*([A-Z])\.`.
  static func leadingLetter(_ text: PythonString) -> PythonString? {
    let start = text.scalars.drop(while: PythonString.isWhitespace)
    guard let letter = start.first, ("A"..."Z").contains(letter), start.dropFirst().first == "."
    else { return nil }
    return PythonString([letter])
  }
}
