import DataFormats
import Diagnostics
public import Evaluation

/// Answers of a file, each with the sample that it answers.
///
/// With data, samples that have no answer are there too: they count as wrong. Without data, the
/// samples are made of what the file says about the questions, and nobody knows what it leaves out.
public struct JoinedAnswers: Sendable {
  public let file: AnswerFile
  public let data: OpenedData?
  /// In the order of the data, or of the file where there is none.
  public let samples: [Sample]
  /// nil: missing. // [samples]
  public let records: [AnswerRecord?]
  /// What must be said aloud about how the file was read and joined.
  public let remarks: [String]
  /// Which of the samples were asked, as far as the file says it; else all.
  public let selection: Selection
  /// Questions of the data that are not among the samples, since the file names only those that
  /// were asked.
  public let unlistedCount: Int

  /// - Throws: ``EvaluationError`` naming file and row for an answer that joins to no sample, or to
  ///   one that has an answer.
  public init(_ file: AnswerFile, benchmark: any Benchmark, data: OpenedData?) throws {
    self.file = file
    self.data = data
    if let data {
      var join = AnswerJoin(benchmark: benchmark, data: data)
      records = try join.join(file.records)
      remarks = file.remarks + join.remarks + Self.failures(of: file)
      samples = zip(data.samples, records).map { sample, record in
        guard let record else { return sample }
        let described = benchmark as? any DescribedByAnswers
        return Self.judged(described?.sample(sample, answeredBy: record) ?? sample, by: record)
      }
      unlistedCount = 0
    } else {
      (samples, records) = try Self.described(file, benchmark: benchmark)
      remarks = file.remarks + Self.failures(of: file)
      var places: [String: Int] = [:]
      for (place, sample) in samples.enumerated() {
        if let first = places.updateValue(place, forKey: sample.id) {
          throw EvaluationError(
            .invalidData,
            """
            the sample \"\(sample.id)\" is answered twice; the first answer is at \
            \(records[first]?.location.described(from: records[place]?.location ?? Location()) ?? "")
            """,
            at: records[place]?.location)
        }
      }
      unlistedCount = max(0, (file.coverage?.total ?? 0) - samples.count)
    }
    selection =
      file.coverage?.selection(of: samples, isAnswered: records.map { $0 != nil }) ?? .all
  }

  /// The samples that the file itself describes, with those of a run that have no answer.
  private static func described(
    _ file: AnswerFile, benchmark: any Benchmark
  ) throws -> (samples: [Sample], records: [AnswerRecord?]) {
    let own = zip(try ownSamples(file.records, benchmark: benchmark), file.records).map(judged)
    guard let stored = file.coverage?.samples, stored.count > own.count else {
      return (own, file.records)
    }
    let places = Dictionary(
      own.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    return (
      stored.map { sample in places[sample.id].map { own[$0] } ?? sample },
      stored.map { sample in places[sample.id].map { file.records[$0] } }
    )
  }

  /// What the file holds in place of answers, counted by its kind with one place each.
  private static func failures(of file: AnswerFile) -> [String] {
    if file.format.isRun { return [] }
    let failed = file.records.filter { $0.failure != nil }
    return Dictionary(grouping: failed) { $0.failure?.code ?? "" }.sorted { $0.key < $1.key }
      .compactMap { _, records in
        guard let first = records.first, let failure = first.failure else { return nil }
        return "\(records.count) of \(file.records.count) answers are none and count as failed: "
          + [first.location.place, failure.message].compactMap { $0 }.joined(separator: ": ")
      }
  }

  /// A sample with the verdict that the file holds on its answer.
  private static func judged(_ sample: Sample, by record: AnswerRecord) -> Sample {
    guard let verdict = record.verdict else { return sample }
    var sample = sample
    sample.verdict = verdict
    return sample
  }

  /// The samples that the records themselves describe.
  private static func ownSamples(
    _ records: [AnswerRecord], benchmark: any Benchmark
  ) throws -> [Sample] {
    let stored = records.compactMap(\.sample)
    return stored.count == records.count ? stored : try benchmark.describedSamples(records)
  }
}
