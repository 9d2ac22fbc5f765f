import DataFormats
import Evaluation
import Exchange

extension POPE: LMMsEvalTask {
  private static let metrics = ["accuracy", "precision", "recall", "f1", "yes_ratio"]

  /// lmms-eval logs under every metric what it needs to compute all of them.
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let record: JSONValue = [
      "question_id": .string(scored.sample.id), "score": .number(scored.score.value),
      "prediction": .string(scored.score.extracted ?? prediction),
      "ground_truth": .string(scored.sample.references.first ?? ""),
    ]
    return ["accuracy", "precision", "recall", "f1_score", "yes_ratio"].map {
      ("pope_\($0)", record)
    }
  }

  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.filter { Self.metrics.contains($0.name) }.map {
      ("pope_\($0.name == "f1" ? "f1_score" : $0.name)", $0.value)
    }
  }
}
