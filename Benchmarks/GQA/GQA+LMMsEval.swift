import DataFormats
import Evaluation
import Exchange

extension GQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "gqa" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("exact_match", .number(scored.score.value))]
  }
}
