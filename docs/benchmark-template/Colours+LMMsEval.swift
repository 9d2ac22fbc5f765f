import DataFormats
import Evaluation
import Exchange

extension Colours: LMMsEvalTask {
  public var lmmsEvalTask: String { "colours_test" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("exact_match", .number(scored.score.value))]
  }
}
