import PythonText

/// VQA accuracy: the metric of TextVQA (metrics specification, section 5).
///
/// For each reference answer, a third of the *other* answers that equal the prediction, at most 1; then the mean. Ten answers with k
/// matches give 0, 0.3, 0.6, 0.9, 1.
public enum VQAAccuracy {
  /// - Parameter prediction: as generated; lmms-eval strips it before the answer processor, which makes no difference after it
  public static func score(prediction: String, answers: [String], profile: Profile) -> MetricScore {
    func process(_ text: PythonString) -> PythonString {
      profile.isVLMEvalKit ? VQAAnswerProcessor.vlmEvalKitProcessed(text) : VQAAnswerProcessor.processed(text)
    }
    let raw = PythonString(prediction)
    let predicted = process(profile.stripsPrediction ? raw.strip() : raw)
    let references = answers.map { process(PythonString($0)) }
    guard !references.isEmpty else { return MetricScore(value: 0, rule: "no reference answer", extracted: predicted.text) }
    let matches = references.count { $0 == predicted }
    let shares = references.map { reference in min(1, Double(matches - (reference == predicted ? 1 : 0)) / 3) }
    return MetricScore(
      value: shares.reduce(0, +) / Double(shares.count), rule: "\(matches) of \(references.count) answers equal \"\(predicted)\"",
      extracted: predicted.text)
  }
}
