import DataFormats
import Diagnostics
public import Evaluation
import PythonText

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

  /// - Throws: ``EvaluationError`` naming file and row for an answer that joins to no sample, or to
  ///   one that has an answer.
  public init(_ file: AnswerFile, benchmark: any Benchmark, data: OpenedData?) throws {
    self.file = file
    self.data = data
    if let data {
      var join = AnswerJoin(benchmark: benchmark, data: data)
      records = try join.join(file.records)
      samples = zip(data.samples, records).map { sample, record in
        guard let record, let described = benchmark as? any DescribedByAnswers else {
          return sample
        }
        return described.sample(sample, answeredBy: record)
      }
    } else {
      samples = try Self.ownSamples(file.records, benchmark: benchmark)
      records = file.records
      var places: [String: Int] = [:]
      for (place, sample) in samples.enumerated() {
        if let first = places.updateValue(place, forKey: sample.id) {
          throw EvaluationError(
            .invalidData,
            "the sample \"\(sample.id)\" is answered twice; the first answer is at \(file.records[first].location.place ?? "")",
            at: file.records[place].location)
        }
      }
    }
  }

  /// The samples that the records themselves describe.
  private static func ownSamples(
    _ records: [AnswerRecord], benchmark: any Benchmark
  ) throws -> [Sample] {
    let stored = records.compactMap(\.sample)
    return stored.count == records.count ? stored : try benchmark.describedSamples(records)
  }
}

/// Finds for each answer the one sample that it answers: by id, where the ids of the file are those
/// of the data, else by question and reference, and the place in the data where these are the same
/// more than once.
struct AnswerJoin {
  let benchmark: any Benchmark
  let data: OpenedData
  private let placeOfID: [String: Int]
  private let placesOfQuestion: [String: [Int]]
  /// By the whole prompt, which is not always the question with something after it: MME's lose
  /// their last sentence.
  private let placesOfPrompt: [String: [Int]]

  init(benchmark: any Benchmark, data: OpenedData) {
    self.benchmark = benchmark
    self.data = data
    placeOfID = Dictionary(
      data.samples.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    placesOfQuestion = Dictionary(grouping: data.samples.indices) {
      Self.key(data.samples[$0].question)
    }
    placesOfPrompt = Dictionary(grouping: data.samples.indices) {
      Self.key(benchmark.prompt(for: data.samples[$0]).text)
    }
  }

  /// - Returns: per sample of the data its answer, nil where there is none
  mutating func join(_ records: [AnswerRecord]) throws -> [AnswerRecord?] {
    let described = (try? benchmark.describedSamples(records)) ?? []
    let ids = records.indices.map {
      described.indices.contains($0) ? described[$0].id : records[$0].id
    }
    let byID = joinsByID(records, ids)
    var joined = [AnswerRecord?](repeating: nil, count: data.samples.count)
    for (index, record) in records.enumerated() {
      let place =
        try byID
        ? placeByID(ids[index], record)
        : placeByContent(record, described.indices.contains(index) ? described[index] : nil)
      if let first = joined[place] {
        throw EvaluationError(
          .invalidData,
          "the sample \"\(data.samples[place].id)\" is answered twice; the first answer is at \(first.location.place ?? "")",
          at: record.location)
      }
      joined[place] = record
    }
    return joined
  }

  /// Whether the file's ids are those of the data: most of those that the data knows stand beside
  /// the same question. Numbers alone prove nothing, every table counts from 0 or 1.
  private func joinsByID(_ records: [AnswerRecord], _ ids: [String?]) -> Bool {
    var agreeing = 0
    var differing = 0
    for (record, id) in zip(records, ids) {
      guard let place = id.flatMap({ placeOfID[$0] }) else { continue }
      if isAsked(record, in: data.samples[place]) { agreeing += 1 } else { differing += 1 }
    }
    return agreeing > differing
  }

  private func placeByID(_ id: String?, _ record: AnswerRecord) throws -> Int {
    guard let id, let place = placeOfID[id] else {
      throw EvaluationError(
        .invalidData,
        "no sample of the data has the id \"\(id ?? "")\"; \(suggestion(for: id ?? "", among: data.samples.prefix(3).map(\.id)))",
        at: record.location)
    }
    guard isAsked(record, in: data.samples[place]) else {
      throw EvaluationError(
        .invalidData,
        "the question \"\(record.question ?? "")\" is not that of the sample \"\(id)\", \"\(data.samples[place].question)\"; are these answers to"
          + " other data?", at: record.location)
    }
    return place
  }

  private func placeByContent(_ record: AnswerRecord, _ described: Sample?) throws -> Int {
    guard let question = record.question else {
      throw EvaluationError(
        .invalidData,
        "the answer has the id \"\(record.id ?? "")\", which no sample of the \(benchmark.title) data has, and no question to find it by",
        at: record.location)
    }
    var places =
      placesOfQuestion[Self.key(question)] ?? record.prompt.flatMap { placesOfPrompt[Self.key($0)] }
      ?? []
    guard !places.isEmpty else {
      throw EvaluationError(
        .invalidData,
        "the question \"\(question)\" is not in the \(benchmark.title) data; are these answers to another benchmark?",
        at: record.location)
    }
    let references = described?.references ?? record.references ?? []
    if !references.isEmpty {
      places = places.filter { Self.agree(references, data.samples[$0].references) }
      guard !places.isEmpty else {
        throw EvaluationError(
          .invalidData,
          "the question \"\(question)\" is in the data, but with other references than \(references)",
          at: record.location)
      }
    }
    // What else both know: image, split, category. The spelling may differ, so this only chooses
    // between several.
    for (name, value) in (described?.metadata ?? record.fields).sorted(by: { $0.key < $1.key })
    where places.count > 1 {
      let narrowed = places.filter { data.samples[$0].metadata[name] == value }
      if !narrowed.isEmpty { places = narrowed }
    }
    if places.count == 1 { return places[0] }
    if places.contains(record.row) { return record.row }
    throw EvaluationError(
      .invalidData,
      "the question \"\(question)\" is that of \(places.count) samples (\(places.prefix(3).map { data.samples[$0].id }.joined(separator: ", "))),"
        + " and nothing tells which one is answered", at: record.location)
  }

  /// Whether a record can be about a sample: the same question, or none at all.
  private func isAsked(_ record: AnswerRecord, in sample: Sample) -> Bool {
    guard let question = record.question else { return true }
    return Self.key(question) == Self.key(sample.question)
      || record.prompt.map { Self.key($0) == Self.key(benchmark.prompt(for: sample).text) } ?? false
  }

  /// A question as it is compared: evaluators change letters' case and the space around it.
  private static func key(_ question: String) -> String {
    PythonString(
      PythonString(question).lower().split().reduce(into: []) { $0 += $1.scalars + [" "] }
    ).text
  }

  /// The same texts in the same order, or the same numbers up to rounding.
  private static func agree(_ a: [String], _ b: [String]) -> Bool {
    if a == b { return true }
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { left, right in
      if left == right { return true }
      guard let x = (try? PythonLiteral.parse(left)).flatMap(numbers),
        let y = (try? PythonLiteral.parse(right)).flatMap(numbers)
      else { return false }
      return x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 1e-3 * max(1, abs($0)) }
    }
  }

  private static func numbers(_ value: JSONValue) -> [Double]? {
    if let items = value.arrayValue {
      return items.compactMap(\.doubleValue).count == items.count
        ? items.compactMap(\.doubleValue) : nil
    }
    return value.doubleValue.map { [$0] }
  }
}
