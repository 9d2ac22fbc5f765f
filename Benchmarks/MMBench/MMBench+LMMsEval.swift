import DataFormats
import Evaluation
import Exchange

extension MMBench: LMMsEvalTask {
  public var lmmsEvalTask: String { "mmbench_en_dev" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let sample = scored.sample
    var record: JSONValue = [
      "index": Int(sample.id).map { .integer($0) } ?? .string(sample.id),
      "question": .string(sample.question),
      "answer": .string(sample.references.first ?? ""), "prediction": .string(prediction),
      "hint": sample.metadata["hint"] ?? "nan",
      "split": "dev", "category": sample.metadata["category"] ?? "",
      "L2-category": sample.metadata["l2-category"] ?? "",
    ]
    if case .object(var members) = record {
      for letter in Self.letters { members[letter] = sample.metadata[letter] ?? "nan" }
      record = .object(members)
    }
    return [("gpt_eval_score", record)]
  }

  /// In percent.
  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.prefix(1).map { ("gpt_eval_score", $0.value * 100) }
  }
}
