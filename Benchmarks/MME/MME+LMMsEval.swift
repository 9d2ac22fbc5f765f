import DataFormats
import Evaluation
import Exchange
import Metrics

extension MME: LMMsEvalTask {
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let category = Self.category(of: scored.sample) ?? ""
    let half =
      MMESummary.cognitionCategories.contains(category)
      ? "mme_cognition_score" : "mme_perception_score"
    return [
      (
        half,
        [
          "question_id": scored.sample.metadata["pair"] ?? .string(scored.sample.id),
          "category": .string(category),
          "score": .number(scored.score.value),
        ]
      )
    ]
  }
}
