import DataFormats
import Evaluation
import Exchange

extension AI2D: LMMsEvalTask {
  public var lmmsEvalTask: String { "ai2d" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("exact_match", .number(scored.score.value))]
  }
}
