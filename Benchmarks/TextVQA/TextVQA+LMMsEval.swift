import DataFormats
import Evaluation
import Exchange

extension TextVQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "textvqa_val" }
  public var lmmsEvalTargetsAreLists: Bool { true }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [
      ("exact_match", .number(scored.score.value)),
      (
        "submission",
        [
          "question_id": .string(scored.sample.id),
          "answer": .string(scored.score.extracted ?? prediction),
        ]
      ),
    ]
  }
}
