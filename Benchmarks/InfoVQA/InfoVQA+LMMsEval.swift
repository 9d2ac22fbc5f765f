import DataFormats
import Evaluation
import Exchange

extension InfoVQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "infovqa_val" }
  public var lmmsEvalTargetsAreLists: Bool { true }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("anls", .number(scored.score.value))]
  }
}
