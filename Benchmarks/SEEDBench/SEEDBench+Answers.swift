import Evaluation
import Exchange

extension SEEDBench: RecognizedByAnswers {
  public var answerMark: String? { "the options A and B" }

  public func isMarked(_ record: AnswerRecord) -> Bool { LetteredOptions.stand(in: record) }
}
