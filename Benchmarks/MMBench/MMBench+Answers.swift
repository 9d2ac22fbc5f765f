import Evaluation
import Exchange

extension MMBench: RecognizedByAnswers {
  /// CCBench is a table of MMBench's makers, with its rotations and its metric.
  public var otherNames: [String] { ["ccbench"] }
  public var answerMark: String? { "the options A and B" }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    record.text("A") != nil && record.text("B") != nil
  }
}
