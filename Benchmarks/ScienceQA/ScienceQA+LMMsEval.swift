import DataFormats
import Evaluation
import Exchange

extension ScienceQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "scienceqa_img" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("exact_match", .number(scored.score.value))]
  }
}
