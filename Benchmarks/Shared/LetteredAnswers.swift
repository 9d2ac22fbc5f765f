import Evaluation
import Exchange

/// A benchmark of options with letters, whose answers hold them in columns A, B ... as several
/// benchmarks' tables do: the mark tells them from all others, and not from each other.
protocol LetteredAnswers: RecognizedByAnswers {}

extension LetteredAnswers {
  public var answerMark: String? { "the options A and B" }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    record.text("A") != nil && record.text("B") != nil
  }
}
