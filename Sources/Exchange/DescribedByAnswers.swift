public import Evaluation

/// A benchmark whose questions answers made elsewhere describe in a way of their own: with options,
/// pairs, boxes. Of every other one they hold a question and a list of accepted answers.
public protocol DescribedByAnswers: Benchmark {
  /// The samples that answers made elsewhere describe: their questions and references, as the
  /// answers' file holds them.
  /// - Throws: ``EvaluationError`` naming file and row where something that scoring needs is not
  ///   there.
  func samples(describedBy records: [AnswerRecord]) throws -> [Sample]

  /// A sample of the data as a record answers it, where the record says how its answer is to be
  /// read.
  func sample(_ sample: Sample, answeredBy record: AnswerRecord) -> Sample

  /// The ids of the samples that records answer, in the data's own spelling, whether or not the
  /// records hold references.
  func ids(of records: [AnswerRecord]) -> [String?]
}

extension DescribedByAnswers {
  public func sample(_ sample: Sample, answeredBy record: AnswerRecord) -> Sample { sample }
  public func ids(of records: [AnswerRecord]) -> [String?] { records.map(\.id) }
}

extension Benchmark {
  /// The samples that the records describe, in the benchmark's own way where it has one.
  func describedSamples(_ records: [AnswerRecord]) throws -> [Sample] {
    if let described = self as? any DescribedByAnswers {
      return try described.samples(describedBy: records)
    }
    return try records.map { record in
      guard let references = record.references else {
        throw record.missing("reference answer", for: title)
      }
      return Sample(
        id: record.id ?? "row-\(record.row)", image: nil,
        question: try record.requiredQuestion(for: title), references: references)
    }
  }
}
