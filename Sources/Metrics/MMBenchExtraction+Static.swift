import PythonText

/// lmms-eval's judge-free extractor for multiple choice, as of August 2026.
extension MMBenchExtraction {
  /// Formats are ranked; within a format the last place wins. The extractor collects all candidates
  /// and sorts them by format and place, which is the same as trying the formats in the order of
  /// their rank.
  static func lmmsStatic(_ answer: PythonString, _ choices: [Unicode.Scalar]) -> MMBenchExtraction {
    var bare = answer.strip()
    if bare.isEmpty { return .nothing }
    for mark: Unicode.Scalar in [",", ".", "!", "?", ";", ":", "'", "\""] {
      bare = bare.strip { $0 == mark }
    }
    // Blanks that surrounded the marks stay in the padded text, but not for the tests of both ends.
    let text = PythonString([" "] + bare.scalars + [" "])
    let inner = text.strip().scalars

    if let first = inner.first, choices.contains(first), inner.count == 1 || !isLetter(inner[1]) {
      return found(first, "the answer starts with the letter")
    }
    if let last = inner.last, choices.contains(last),
      inner.count == 1 || !isLetter(inner[inner.count - 2])
    {
      return found(last, "the answer ends with the letter")
    }
    if let letter = afterPhrase(text, choices) {
      return found(letter, "the letter follows a phrase like \"the answer is\"")
    }
    for (prefix, suffix) in [("(", ")"), ("", "."), ("", ":"), ("", ")"), ("", " ")] {
      let place = last(of: choices, in: text) {
        [Unicode.Scalar](prefix.unicodeScalars) + [$0] + Array(suffix.unicodeScalars)
      }
      if let letter = place {
        return found(letter, "the letter stands as \"\(prefix)\(letter)\(suffix)\"")
      }
    }
    if let letter = last(of: choices, in: text, { [$0] }) {
      return found(letter, "the letter occurs somewhere")
    }
    return .nothing
  }

  private static func found(_ letter: Unicode.Scalar, _ rule: String) -> MMBenchExtraction {
    MMBenchExtraction(letter: String(letter), rule: "static rule: " + rule)
  }

  /// The letter whose written form has the last place in the text; the first letter where two forms
  /// share it.
  private static func last(
    of choices: [Unicode.Scalar], in text: PythonString,
    _ form: (Unicode.Scalar) -> [Unicode.Scalar]
  ) -> Unicode.Scalar? {
    var best: (place: Int, letter: Unicode.Scalar)?
    for letter in choices {
      guard let place = text.lastIndex(of: PythonString(form(letter))),
        best.map({ place > $0.place }) ?? true
      else { continue }
      best = (place, letter)
    }
    return best?.letter
  }

  /// For every phrase's first place and every letter: the letter's first place after it; of these
  /// the last.
  ///
  /// Places are found in the lower-cased text and used in the text itself, as the extractor does;
  /// lower-casing may lengthen a text.
  private static func afterPhrase(
    _ text: PythonString, _ choices: [Unicode.Scalar]
  ) -> Unicode.Scalar? {
    let lowered = text.lower()
    var best: (place: Int, letter: Unicode.Scalar)?
    for phrase in phrases {
      guard let start = lowered.firstIndex(of: phrase) else { continue }
      for letter in choices {
        guard let place = text.firstIndex(of: PythonString([letter]), from: start + phrase.count)
        else { continue }
        if best.map({ place > $0.place }) ?? true { best = (place, letter) }
      }
    }
    return best?.letter
  }

  private static let phrases: [PythonString] = [
    "the answer is", "answer is", "the correct answer is", "correct answer is",
    "the best answer is", "best answer is",
    "the correct option is", "correct option is", "the best option is", "best option is",
    "the choice is", "choice is",
    "the correct choice is", "correct choice is", "i choose", "i select", "i pick", "my answer is",
    "my choice is",
    "옵션", "정답은", "답은", "답:", "答案是", "答案为", "选", "答えは",
  ]

  /// Python's `str.isalpha` of one scalar.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
