import PythonText

/// MMMU's multiple choice: the letter that the authors' evaluator reads, or draws
/// (docs/metrics-more.md, section 4).
public enum MMMUMultipleChoice {
  /// What was read: a letter with its rule, or nothing, where the evaluator draws one of all
  /// letters at random.
  ///
  /// - Parameters:
  ///   - options: the texts of A, B, C ...
  ///   - profile: lmms-eval reads a capital at the end of a word, and one before a full stop, for
  ///     an answer; the authors' evaluator does not
  public static func letter(
    prediction: String, options: [String], profile: Profile
  ) -> (letter: String?, rule: String) {
    let text = profile.given(PythonString(prediction))
    switch profile.evaluator {
    case .vlmEvalKit:
      let read = MMBenchExtraction.vlmEvalKit(text, options: options, profile: profile)
      return (read.letter, read.rule)
    case .lmmsEval: return read(text, options, isLMMsEval: true)
    case .official, .llava: return read(text, options, isLMMsEval: false)
    }
  }

  /// The rule of an answer without a letter.
  public static let drawnRule = "no letter can be read: the evaluator draws one"

  /// The forms in which a letter is looked for, each only where those before found none.
  private static func read(
    _ response: PythonString, _ options: [String], isLMMsEval: Bool
  ) -> (letter: String?, rule: String) {
    var bare = response
    for mark: Unicode.Scalar in [",", ".", "!", "?", ";", ":", "'"] {
      bare = bare.strip { $0 == mark }
    }
    let text = PythonString([" "] + bare.scalars + [" "])
    let choices = OptionLetter.lettered(options)
    func form(
      _ prefix: PythonString, _ letter: Unicode.Scalar, _ suffix: PythonString
    )
      -> PythonString
    { PythonString(prefix.scalars + [letter] + suffix.scalars) }

    var forms: [(prefix: PythonString, suffix: PythonString)] = [
      ("(", ")"), (isLMMsEval ? "" : " ", " "),
    ]
    if isLMMsEval { forms.append(("", ".")) }
    for (prefix, suffix) in forms {
      let found = choices.filter { text.contains(form(prefix, $0.letter, suffix)) }
      guard !found.isEmpty else { continue }
      // Of several the last wins; but only in brackets or between spaces is a place looked for.
      let isBracketed = prefix == "("
      let letter = last(of: found.map(\.letter)) { letter in
        text.lastIndex(of: isBracketed ? form("(", letter, ")") : form(" ", letter, " "))
      }
      return (letter.map { String($0) }, "the letter stands as \"\(prefix)X\(suffix)\"")
    }
    if text.split().count > 5 {
      let lowered = text.lower()
      let found = choices.filter { lowered.contains($0.text.lower()) }
      let texts = Dictionary(found.map { ($0.letter, $0.text.lower()) }) { first, _ in first }
      let letter = last(of: found.map(\.letter)) { letter in
        texts[letter].flatMap { lowered.lastIndex(of: $0) }
      }
      if let letter { return (String(letter), "the option's text occurs") }
    }
    return (nil, drawnRule)
  }

  /// The letter with the last place, the first of those with the same; no place is before all.
  private static func last(
    of letters: [Unicode.Scalar], place: (Unicode.Scalar) -> Int?
  ) -> Unicode.Scalar? {
    guard var best = letters.first else { return nil }
    guard letters.count > 1 else { return best }
    var bestPlace = place(best) ?? -1
    for letter in letters.dropFirst() {
      let here = place(letter) ?? -1
      if here > bestPlace { (best, bestPlace) = (letter, here) }
    }
    return best
  }
}
