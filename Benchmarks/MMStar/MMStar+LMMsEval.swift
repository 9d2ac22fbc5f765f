import DataFormats
import Evaluation
import Exchange

extension MMStar: LMMsEvalTask {
  public var lmmsEvalTask: String { "mmstar" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("average", .number(scored.score.value))]
  }
}
