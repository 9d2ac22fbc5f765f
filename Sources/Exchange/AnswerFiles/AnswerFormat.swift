import Evaluation

/// A way in which answers are written down.
public struct AnswerFormat: Sendable {
  /// The name that forces it on the command line.
  public let name: String
  public let summary: String
  /// Whether a file in this format can hold several data sets, of which `--split` names one.
  public let choosesSplit: Bool
  let recognizes: @Sendable (AnswerContent) -> Bool
  let read: @Sendable (AnswerContent, AnswerOptions) throws -> AnswerReading

  package init(
    name: String, summary: String, choosesSplit: Bool = false,
    recognizes: @escaping @Sendable (AnswerContent) -> Bool,
    read: @escaping @Sendable (AnswerContent, AnswerOptions) throws -> AnswerReading
  ) {
    self.name = name
    self.summary = summary
    self.choosesSplit = choosesSplit
    self.recognizes = recognizes
    self.read = read
  }

  /// The formats that answers to any benchmark may have, the most telling first.
  public static let shared: [AnswerFormat] = [
    .run, .lmmsEval, .vlmEvalKit, .annotated, .docOwl, .robustReading, .evalAI, .llava, .due,
    .mapped,
  ]

  /// Whether these are our own run directories.
  public var isRun: Bool { name == AnswerFormat.run.name }

  public static func == (a: AnswerFormat, b: AnswerFormat) -> Bool { a.name == b.name }
}

extension [AnswerFormat] {
  func recognized(in content: AnswerContent) -> AnswerFormat? { first { $0.recognizes(content) } }
}

/// What is to be read of a file of answers.
package struct AnswerOptions: Sendable {
  package var benchmark: any Benchmark
  /// `--fields`.
  package var fields: FieldMapping?
  /// `--split`: of several data sets in one file, the one that is meant.
  package var split: String?
}

/// The answers of a file, before it is known which samples they answer.
package struct AnswerReading: Sendable {
  package var records: [AnswerRecord]
  /// What the file or its names call the data set.
  package var dataset: String?
  /// What must be said aloud about how the file was read.
  package var remarks: [String]
  /// Which questions were asked, where the file says so.
  package var coverage: AnswerCoverage?

  package init(
    records: [AnswerRecord], dataset: String? = nil, remarks: [String] = [],
    coverage: AnswerCoverage? = nil
  ) {
    self.records = records
    self.dataset = dataset
    self.remarks = remarks
    self.coverage = coverage
  }
}
