import PythonText

/// VQA accuracy: the metric of TextVQA (docs/metrics.md, section 5).
///
/// An answer is right by a third for every annotator who gave it, at most 1; the mean over all ways
/// to leave one annotator out. For ten annotators of whom k agree: 0, 0.3, 0.6, 0.9 and 1 from k =
/// 4 on. Answers are compared in the form of ``VQAAnswerNormaliser``.
public enum VQAAccuracy {
  /// The score of one prediction against the annotators' answers, 0 to 1.
  ///
  /// - Parameters:
  ///   - prediction: as generated; lmms-eval strips it, which the normaliser does in any case
  ///   - answers: one for each annotator, ten in TextVQA
  /// - Throws: ``EvaluatorException``: `AssertionError` of the official evaluator where there are
  ///   not exactly ten answers, `StatisticsError` of lmms-eval where there are none. VLMEvalKit's
  ///   mean of nothing is not a number.
  public static func score(
    prediction: String, answers: [String], profile: Profile
  ) throws(EvaluatorException) -> MetricScore {
    if profile == .official && answers.count != 10 {
      throw EvaluatorException(
        name: "AssertionError",
        reason: "the official evaluator needs 10 answers, found \(answers.count)")
    }
    let extracted = VQAAnswerNormaliser.normalized(PythonString(prediction), profile: profile)
    guard !answers.isEmpty else {
      if profile.isVLMEvalKit {
        return MetricScore(value: .nan, rule: "no reference answer", extracted: extracted.text)
      }
      throw EvaluatorException(name: "StatisticsError", reason: "there is no reference answer")
    }
    let matches = count(answers, matching: extracted, profile)
    return MetricScore(
      value: value(matches: matches, of: answers.count),
      rule: "\(matches) of \(answers.count) answers match",
      extracted: extracted.text)
  }

  /// Annotators mostly repeat one another: each distinct answer is normalised once.
  private static func count(
    _ answers: [String], matching prediction: PythonString, _ profile: Profile
  ) -> Int {
    var distinct: [(answer: String, matches: Bool)] = []
    return answers.count { answer in
      // By bytes, because Swift's own equality is that of canonical equivalence.
      if let known = distinct.first(where: { $0.answer.utf8.elementsEqual(answer.utf8) }) {
        return known.matches
      }
      let matches =
        VQAAnswerNormaliser.normalized(PythonString(answer), profile: profile) == prediction
      distinct.append((answer, matches))
      return matches
    }
  }

  /// The mean over all ways to leave one answer out of `min(1, remaining matches / 3)`.
  private static func value(matches: Int, of count: Int) -> Double {
    func share(_ matches: Int) -> Double { min(1, Double(matches) / 3) }
    return (Double(matches) * share(matches - 1) + Double(count - matches) * share(matches))
      / Double(count)
  }
}
