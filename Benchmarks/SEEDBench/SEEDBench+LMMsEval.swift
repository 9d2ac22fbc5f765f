import DataFormats
import Evaluation
import Exchange

extension SEEDBench: LMMsEvalTask {
  public var lmmsEvalTask: String { "seedbench" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("seed_image", .number(scored.score.value))]
  }
}
