import DataFormats
import Evaluation
import Exchange

extension RealWorldQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "realworldqa" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("exact_match", .number(scored.score.value))]
  }
}
