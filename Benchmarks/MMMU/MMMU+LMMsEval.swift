import DataFormats
import Evaluation
import Exchange

extension MMMU: LMMsEvalTask {
  public var lmmsEvalTask: String { "mmmu_val" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("mmmu_acc", .number(scored.score.value))]
  }
}
