import DataFormats
import Evaluation
import Exchange

extension ChartQA: LMMsEvalTask {
  /// A sample's half has a figure of its own.
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let half = scored.sample.metadata["split"]?.stringValue
    return [("relaxed_overall", .number(scored.score.value))]
      + (half.map { [("relaxed_\($0)_split", .number(scored.score.value))] } ?? [])
  }
}
