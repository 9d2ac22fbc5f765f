import Evaluation
import Exchange
import Metrics

extension OCRBench: RecognizedByAnswers {
  public var answerMark: String? { "the category" }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    record.text("category", "question_type").map(OCRBenchSummary.questionTypes.contains) ?? false
  }
}
