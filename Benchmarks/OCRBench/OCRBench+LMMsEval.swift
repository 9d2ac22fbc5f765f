import DataFormats
import Evaluation
import Exchange

extension OCRBench: LMMsEvalTask {
  public var lmmsEvalTargetsAreLists: Bool { true }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [
      (
        "ocrbench_accuracy",
        [
          "question_type": scored.sample.metadata["question_type"] ?? "",
          "score": .number(scored.score.value), "prediction": .string(prediction),
          "ground_truth": .array(scored.sample.references.map { .string($0) }),
        ]
      )
    ]
  }

  /// The share of hits in a thousand.
  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.prefix(1).map { ("ocrbench_accuracy", $0.value / 1000) }
  }
}
