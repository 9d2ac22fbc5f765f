import PythonText

/// SEED-Bench: the first scalar of the answer is the letter (docs/metrics-more.md, section 1).
public enum SEEDBenchScore {
  /// 1 or 0 for one question.
  ///
  /// - Parameters:
  ///   - options: the texts of A, B, C, D
  ///   - answer: the right letter
  public static func score(
    prediction: String, options: [String], answer: String, profile: Profile
  ) -> MetricScore {
    let raw = PythonString(prediction)
    let answer = PythonString(answer)
    switch profile.evaluator {
    case .vlmEvalKit:
      return OptionLetter.score(
        .vlmEvalKit(raw, options: options, profile: profile), answer: answer)
    case .llava, .official:
      return MetricScore(
        value: raw == answer ? 1 : 0,
        rule: raw == answer ? "the answer is the letter" : "the answer is more than the letter",
        extracted: raw.text)
    case .lmmsEval:
      let first = PythonString(profile.given(raw).scalars.prefix(1))
      let isRight = first.lower().strip() == answer.lower().strip()
      return MetricScore(
        value: isRight ? 1 : 0, rule: "the answer's first character", extracted: first.text)
    }
  }
}

extension MMBenchExtraction {
  /// VLMEvalKit's reading of an answer to lettered options.
  static func vlmEvalKit(
    _ prediction: PythonString, options: [String], profile: Profile
  ) -> MMBenchExtraction {
    OptionLetter.vlmEvalKit(prediction, options: OptionLetter.lettered(options), profile: profile)
  }
}
