import PythonText

/// Average normalised Levenshtein similarity: the metric of DocVQA and InfoVQA (docs/metrics.md,
/// section 1).
///
/// `1 - min over answers of distance / length`, and 0 below 0.5. The distance is between texts in
/// lower case with collapsed whitespace; the length is that of the longer text *before* that, in
/// upper case, as the official scripts take it.
public enum ANLS {
  public static let threshold = 0.5

  /// The score of one prediction against its accepted answers, 0 to 1.
  ///
  /// - Parameter prediction: as generated; lmms-eval strips it, the official script of the Robust
  ///   Reading Competition and VLMEvalKit do not.
  public static func score(prediction: String, answers: [String], profile: Profile) -> MetricScore {
    let raw = PythonString(prediction)
    return score(
      profile.stripsPrediction ? raw.strip() : raw, answers: answers,
      rounding: profile.evaluator == .lmmsEval && !profile.follows(.lmmsEvalBestANLS))
  }

  /// What is compared: lower case, whitespace collapsed.
  public static func normalized(_ text: PythonString) -> PythonString {
    text.lower().collapsingWhitespace()
  }

  private static func score(
    _ prediction: PythonString, answers: [String], rounding: Bool
  ) -> MetricScore {
    let normalizedPrediction = normalized(prediction)
    let predictionLength = prediction.upperCount
    var best: (share: Double, distance: Int, length: Int, answer: String)?
    for answer in answers {
      let text = PythonString(answer)
      let distance = EditDistance.levenshtein(normalized(text), normalizedPrediction)
      let length = max(text.upperCount, predictionLength)
      let share = length == 0 ? 0 : Double(distance) / Double(length)
      if best.map({ share < $0.share }) ?? true { best = (share, distance, length, answer) }
    }
    guard let best else { return MetricScore(value: 0, rule: "no reference answer") }
    let similarity = 1 - best.share
    let facts = "distance \(best.distance) of \(best.length) to \"\(best.answer)\""
    guard similarity >= threshold else {
      return MetricScore(value: 0, rule: facts + ", below the threshold of 0.5")
    }
    if rounding && similarity < 1 {
      return MetricScore(value: 1, rule: facts + ", counted as 1 from 0.5 on")
    }
    return MetricScore(value: similarity, rule: facts)
  }

  /// The evaluation of MP-DocVQA: only stripped and in lower case, and an empty prediction or
  /// "none" scores 0.
  public static func multiPageScore(prediction: String, answers: [String]) -> Double {
    let prediction = PythonString(prediction).lower().strip()
    if prediction.isEmpty || prediction == "none" { return 0 }
    let best =
      answers.map { answer -> Double in
        let text = PythonString(answer).lower().strip()
        let length = max(text.count, prediction.count)
        return length == 0
          ? 1 : 1 - Double(EditDistance.levenshtein(text, prediction)) / Double(length)
      }.max() ?? 0
    return best >= threshold ? best : 0
  }
}
