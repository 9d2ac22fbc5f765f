import DataFormats
import Evaluation
import Exchange

extension DocVQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "docvqa_val" }
  public var lmmsEvalTargetsAreLists: Bool { true }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("anls", .number(scored.score.value))]
  }
}
