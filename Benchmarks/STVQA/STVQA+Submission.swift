import Evaluation
import Exchange

extension STVQA: Submitted {
  /// The challenge's ids are `question_id`, and not `questionId` as in the documents' challenges.
  public var submissions: [AnswerExport] { [.robustReading(idKey: "question_id")] }
}
