import Evaluation
import Exchange
import Metrics

extension MME: RecognizedByAnswers {
  public var answerMark: String? { "the category" }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    let categories = MMESummary.perceptionCategories + MMESummary.cognitionCategories
    return record.text("category").map(categories.contains) ?? false
  }
}
