import DataFormats
import Evaluation
import Exchange

extension STVQA: LMMsEvalTask {
  public var lmmsEvalTask: String { "stvqa" }
  public var lmmsEvalTargetsAreLists: Bool { true }

  /// What its task logs: an entry of the file for the server, and no score.
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let id = scored.sample.id
    return [
      (
        "submission",
        [
          "question_id": Int(id).map { .integer($0) } ?? .string(id),
          "answer": .string(prediction),
        ]
      )
    ]
  }
}
