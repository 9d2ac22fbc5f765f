import Evaluation
import Exchange

extension MMStar: RecognizedByAnswers {
  public var answerMark: String? { "the options A and B" }

  public func isMarked(_ record: AnswerRecord) -> Bool { LetteredOptions.stand(in: record) }
}
