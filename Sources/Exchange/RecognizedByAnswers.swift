public import Evaluation

/// A benchmark whose questions have something that no other benchmark's have, so that its answers
/// are never scored as another's.
public protocol RecognizedByAnswers: Benchmark {
  /// Words other than its name by which data sets and files call it, in lower case.
  var otherNames: [String] { get }
  /// What tells its questions, for messages: "the options A and B"; nil: nothing but the name.
  var answerMark: String? { get }
  /// Whether a record has that mark.
  func isMarked(_ record: AnswerRecord) -> Bool
  /// The benchmark as it is for a file's answers.
  /// - Throws: ``EvaluationError`` where none of them holds what it asks for
  func adapted(to file: AnswerFile) throws(EvaluationError) -> any Benchmark
}

extension RecognizedByAnswers {
  public var otherNames: [String] { [] }
  public var answerMark: String? { nil }
  public func isMarked(_ record: AnswerRecord) -> Bool { false }
  public func adapted(to file: AnswerFile) throws(EvaluationError) -> any Benchmark { self }
}

/// A benchmark for whose answers there is a file format of their own.
public protocol AnswerFormatProvider: Benchmark {
  /// Formats that nobody uses for other benchmarks.
  var answerFormats: [AnswerFormat] { get }
}
