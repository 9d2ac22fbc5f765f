import PythonText

/// Yes or no, read from a free answer: the metric of one MME question (docs/metrics.md,
/// section 7).
///
/// An image's two questions and the sums over categories are in ``MMESummary``.
public enum MMEScore {
  /// 1 or 0 for one question.
  ///
  /// - Parameters:
  ///   - prediction: as generated
  ///   - answer: `Yes` or `No` as in the data
  /// - Throws: ``EvaluatorException`` `AssertionError` for another `answer`; VLMEvalKit counts such
  ///   a question as wrong.
  public static func score(
    prediction: String, answer: String, profile: Profile
  ) throws(EvaluatorException) -> MetricScore {
    let parsed = parse(prediction, profile: profile)
    let expected = try expectedWord(PythonString(answer), profile: profile)
    return MetricScore(
      value: PythonString(parsed.word) == expected ? 1 : 0, rule: parsed.rule,
      extracted: parsed.word)
  }

  /// What the evaluator reads, with the rule that decided: `yes`, `no` or `other`; VLMEvalKit's
  /// `Yes`, `No` or `Unknown`.
  public static func parse(_ prediction: String, profile: Profile) -> (word: String, rule: String) {
    let raw = PythonString(prediction)
    return switch profile.evaluator {
    case .lmmsEval: lmmsEval(raw)
    case .vlmEvalKit: vlmEvalKit(raw, profile)
    case .official, .llava: firstLetters(raw.lower())
    }
  }

  private static func lmmsEval(_ prediction: PythonString) -> (word: String, rule: String) {
    let text = PythonString(prediction.lower().strip().scalars.filter { $0 != "." })
    guard text.count == 1 else { return firstLetters(text) }
    return switch text {
    case "y": ("yes", "the single letter y")
    case "n": ("no", "the single letter n")
    default: ("other", "one letter, neither y nor n")
    }
  }

  /// "know" is a no and "the answer is yes" is neither: only the first four scalars are looked at.
  private static func firstLetters(_ text: PythonString) -> (word: String, rule: String) {
    if text == "yes" || text == "no" { return (text.text, "the whole answer is \(text)") }
    let start = PythonString(text.scalars.prefix(4))
    if start.contains("yes" as PythonString) {
      return ("yes", "\"yes\" within the first four letters")
    }
    if start.contains("no" as PythonString) {
      return ("no", "\"no\" within the first four letters")
    }
    return ("other", "neither \"yes\" nor \"no\" within the first four letters")
  }

  private static func vlmEvalKit(
    _ prediction: PythonString, _ profile: Profile
  ) -> (word: String, rule: String) {
    let words = Set(
      VQAAnswerNormaliser.withoutPunctuation(prediction.lower(), profile: profile).split())
    return switch (words.contains("yes"), words.contains("no")) {
    case (true, false): ("Yes", "\"yes\" among the words and not \"no\"")
    case (false, true): ("No", "\"no\" among the words and not \"yes\"")
    case (true, true): ("Unknown", "both \"yes\" and \"no\" among the words")
    case (false, false): ("Unknown", "neither \"yes\" nor \"no\" among the words")
    }
  }

  /// The reference as the parsed word that equals it.
  private static func expectedWord(
    _ answer: PythonString, profile: Profile
  ) throws(EvaluatorException) -> PythonString {
    if profile.isVLMEvalKit { return answer }
    let lowered = answer.lower()
    let word =
      profile == .official ? lowered : PythonString(lowered.strip().scalars.filter { $0 != "." })
    guard word == "yes" || word == "no" else {
      throw EvaluatorException(
        name: "AssertionError", reason: "the reference answer \"\(answer)\" is neither Yes nor No")
    }
    return word
  }
}
