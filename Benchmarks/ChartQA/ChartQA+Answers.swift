import Evaluation
import Exchange

extension ChartQA: RecognizedByAnswers {
  public var answerMark: String? { "the split" }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    ["test_human", "test_augmented"].contains(record.text("split") ?? "")
      || ["human_test", "augmented_test"].contains(record.text("type") ?? "")
      || record.fields["relaxed_overall"] != nil
  }
}
