import PythonText

/// The option letter that an evaluator reads from a free answer, with the rule that found it
/// (docs/metrics.md, section 6).
public struct MMBenchExtraction: Sendable, Equatable {
  /// `A` to `E`; VLMEvalKit's `Z` for a refusal; nil where no rule finds one. Without a judge
  /// model, nil counts as wrong.
  public var letter: String?
  /// In words: `stands alone`, `only option C's text occurs` ...
  public var rule: String

  public init(letter: String?, rule: String) {
    self.letter = letter
    self.rule = rule
  }

  static let nothing = MMBenchExtraction(letter: nil, rule: "no rule finds a letter")
  static let letters: [Unicode.Scalar] = ["A", "B", "C", "D", "E"]

  /// What an evaluator does without a judge model.
  public enum Rules: Sendable, Equatable {
    /// lmms-eval's first step: a lone letter, then a lone option text.
    case canInfer
    /// lmms-eval's judge-free task: ``canInfer``, then its extractor for multiple choice.
    case staticRule
    /// That extractor alone.
    case staticRuleOnly
    /// VLMEvalKit's `can_infer`, which is also the official evaluator.
    ///
    /// - `looksAtEnd`: a lone letter must be one of the last four words, and option texts are not
    ///   looked for in long answers (``RuleChange/vlmEvalKitLastWords``)
    /// - `readsAnswerIs`: a letter after "answer is" counts (``RuleChange/vlmEvalKitAnswerIs``)
    case vlmEvalKit(looksAtEnd: Bool, readsAnswerIs: Bool)

    /// As it is today.
    public static let vlmEvalKitToday = Rules.vlmEvalKit(looksAtEnd: true, readsAnswerIs: true)
  }

  /// Reads the letter from a prediction.
  ///
  /// - Parameters:
  ///   - prediction: as generated
  ///   - options: the texts of A, B, C ... in order, at most five; nil where the question has no
  ///     such option. lmms-eval's parquet writes `nan` there, which its rules compare as text;
  ///     VLMEvalKit reads that as missing
  public static func extract(
    prediction: String, options: [String?], rules: Rules
  ) -> MMBenchExtraction {
    let raw = PythonString(prediction)
    let options = zip(letters, options).compactMap { letter, text in
      text.map { Option(letter: letter, text: PythonString($0)) }
    }
    switch rules {
    case .canInfer: return lmmsCanInfer(raw.strip(), options)
    case .staticRule:
      let inferred = lmmsCanInfer(raw.strip(), options)
      return inferred.letter == nil ? lmmsStatic(raw.strip(), options.map(\.letter)) : inferred
    case .staticRuleOnly: return lmmsStatic(raw.strip(), options.map(\.letter))
    case .vlmEvalKit(let looksAtEnd, let readsAnswerIs):
      return vlmCanInfer(
        raw, options.filter { !$0.text.isEmpty && $0.text != "nan" }, looksAtEnd: looksAtEnd,
        readsAnswerIs: readsAnswerIs)
    }
  }

  struct Option {
    var letter: Unicode.Scalar
    var text: PythonString
  }
}

extension MMBenchExtraction {
  /// `can_infer` of lmms-eval. The letters A to E are always looked for, whatever the question
  /// offers; texts are those of A to D.
  private static func lmmsCanInfer(_ answer: PythonString, _ options: [Option]) -> MMBenchExtraction
  {
    if let found = lmmsLetter(answer) { return found }
    return onlyText(in: answer.lower(), options.filter { $0.letter != "E" })
  }

  private static func lmmsLetter(_ answer: PythonString) -> MMBenchExtraction? {
    if answer.contains("Failed to obtain answer via API" as PythonString) { return nil }
    let tokens = answer.split()
    let distinct = Set(tokens)
    for (prefix, suffix) in [("", "")] + decorations {
      let present = letters.filter { distinct.contains(decorated($0, prefix, suffix)) }
      guard present.count == 1 else { continue }
      if prefix.isEmpty && suffix.isEmpty {
        // In a longer answer a lone "A" is probably the article.
        if distinct.contains("A") && tokens.count > 3 { continue }
        return MMBenchExtraction(letter: String(present[0]), rule: "the letter stands alone")
      }
      return MMBenchExtraction(
        letter: String(present[0]),
        rule: "the letter stands as \"\(decorated(present[0], prefix, suffix))\"")
    }
    return nil
  }

  /// Tried in this order.
  private static let decorations: [(String, String)] = [
    ("", "."), ("", ","), ("", ":"), ("", ")"), ("", ")."), ("(", ")"), ("(", ")."), (":", ""),
    (":", ","), (":", "."), (":", ")"),
    (":", ")."),
  ]

  private static func decorated(
    _ letter: Unicode.Scalar, _ prefix: String, _ suffix: String
  ) -> PythonString {
    PythonString(Array(prefix.unicodeScalars) + [letter] + Array(suffix.unicodeScalars))
  }

  /// The only option whose text stands in the answer, which is in lower case.
  static func onlyText(in answer: PythonString, _ options: [Option]) -> MMBenchExtraction {
    let present = options.filter { answer.contains($0.text.lower()) }
    guard present.count == 1 else {
      return present.isEmpty
        ? .nothing
        : MMBenchExtraction(
          letter: nil, rule: "the texts of \(present.count) options occur, and no letter alone")
    }
    return MMBenchExtraction(
      letter: String(present[0].letter), rule: "only the text of option \(present[0].letter) occurs"
    )
  }
}
