/// One pass of an MMBench question: whether the letter that the evaluator reads is the right one
/// (docs/metrics.md, section 6).
///
/// A question counts only where every circular shift of its options is answered rightly:
/// ``MMBenchSummary``.
public enum MMBenchScore {
  /// The rules of a profile without a judge model.
  ///
  /// lmms-eval 0.3 and older have no judge-free task: there what `can_infer` cannot read would go
  /// to the judge, and counts as wrong here.
  public static func rules(of profile: Profile) -> MMBenchExtraction.Rules {
    switch profile.evaluator {
    case .lmmsEval: profile.follows(.lmmsEvalStaticMMBench) ? .staticRule : .canInfer
    case .vlmEvalKit:
      .vlmEvalKit(
        looksAtEnd: profile.follows(.vlmEvalKitLastWords),
        readsAnswerIs: profile.follows(.vlmEvalKitAnswerIs))
    case .official, .llava: .vlmEvalKitToday
    }
  }

  /// 1 or 0 for one pass; `extracted` is nil where no letter can be read, which is wrong and to be
  /// counted aloud.
  ///
  /// - Parameters:
  ///   - options: the texts of A, B, C ... in order; nil where the question has no such option
  ///   - answer: the right letter of this pass
  public static func score(
    prediction: String, options: [String?], answer: String, profile: Profile
  ) -> MetricScore {
    score(
      MMBenchExtraction.extract(
        prediction: prediction, options: options, rules: rules(of: profile)), answer: answer)
  }

  /// The score of a letter that has been extracted.
  public static func score(_ extraction: MMBenchExtraction, answer: String) -> MetricScore {
    MetricScore(
      value: extraction.letter == answer ? 1 : 0, rule: extraction.rule,
      extracted: extraction.letter)
  }
}
