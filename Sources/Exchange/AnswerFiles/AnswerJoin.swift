import DataFormats
import Diagnostics
import Evaluation
import PythonText

/// Finds for each answer the one sample that it answers: by id, where the file's ids are the
/// data's, else by question, reference and image, and the place in the data where these are the
/// same more than once.
struct AnswerJoin {
  let benchmark: any Benchmark
  let data: OpenedData
  /// What must be said aloud about how answers and samples were joined.
  private(set) var remarks: [String] = []

  private let placeOfID: [String: Int]
  private let placesOfQuestion: [String: [Int]]
  /// By the whole prompt, which is not always the question with something after it: MME's lose
  /// their last sentence.
  private let placesOfPrompt: [String: [Int]]
  /// By the words of the question alone, without the requests that evaluators put after it.
  private let placesOfWords: [String: [Int]]
  private var respelt: [(record: String, sample: String)] = []

  init(benchmark: any Benchmark, data: OpenedData) {
    self.benchmark = benchmark
    self.data = data
    placeOfID = Dictionary(
      data.samples.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    placesOfQuestion = Dictionary(grouping: data.samples.indices) {
      QuestionKey.exact(data.samples[$0].question)
    }
    placesOfPrompt = Dictionary(grouping: data.samples.indices) {
      QuestionKey.exact(benchmark.prompt(for: data.samples[$0]).text)
    }
    placesOfWords = Dictionary(grouping: data.samples.indices) {
      QuestionKey.words(data.samples[$0].question)
    }
  }

  /// - Returns: per sample of the data its answer, nil where there is none
  mutating func join(_ records: [AnswerRecord]) throws -> [AnswerRecord?] {
    // The data have what a file leaves out: what it lacks is no fault of a file that is joined.
    let described = (try? benchmark.describedSamples(records)) ?? []
    let own = (benchmark as? any DescribedByAnswers)?.ids(of: records) ?? records.map(\.id)
    let ids = records.indices.map { described.indices.contains($0) ? described[$0].id : own[$0] }
    let byID = [ids, own, records.map(\.id)].first { joinsByID(records, $0) }
    var joined = [AnswerRecord?](repeating: nil, count: data.samples.count)
    for (index, record) in records.enumerated() {
      let place =
        if let byID {
          try placeByID(
            byID[index], record, described.indices.contains(index) ? described[index] : nil,
            of: records.count)
        } else {
          try placeByContent(
            record, described.indices.contains(index) ? described[index] : nil, of: records.count)
        }
      if let first = joined[place] {
        throw EvaluationError(
          .invalidData,
          "the sample \"\(data.samples[place].id)\" is answered twice; the first answer is at"
            + " \(first.location.described(from: record.location))", at: record.location)
      }
      joined[place] = record
    }
    if let first = respelt.first {
      remarks.append(
        """
        \(respelt.count) of \(records.count) questions are written otherwise in the answers \
        than in the data, for example "\(first.record)" for "\(first.sample)"; they were joined by
        """
          + (byID == nil ? " their words" : " their ids"))
    }
    return joined
  }

  /// Whether the file's ids are those of the data: most of those that the data knows stand beside
  /// its question, or there are no questions to look at. Numbers alone prove nothing, every table
  /// counts from 0 or 1.
  private func joinsByID(_ records: [AnswerRecord], _ ids: [String?]) -> Bool {
    var agreeing = 0
    var silent = 0
    var others = 0
    for (record, id) in zip(records, ids) {
      guard let place = id.flatMap({ placeOfID[$0] }) else { continue }
      switch QuestionKey.compare(record, with: data.samples[place], benchmark) {
      case .same, .respelt: agreeing += 1
      // A place in the file is no id.
      case .unknown: silent += record.id == nil ? 0 : 1
      case .other: others += 1
      }
    }
    return agreeing > others || (agreeing + others == 0 && silent > 0)
  }

  private mutating func placeByID(
    _ id: String?, _ record: AnswerRecord, _ described: Sample?, of count: Int
  ) throws -> Int {
    guard let id, let place = placeOfID[id] else {
      let known = suggestion(for: id ?? "", among: data.samples.prefix(3).map(\.id))
      throw EvaluationError(
        .invalidData,
        "no sample of the data has the id \"\(id ?? "")\"; \(known)"
          + (data.layout.ofSplit == nil
            ? "" : "; answers to another split are scored with --split"),
        at: record.location)
    }
    let sample = data.samples[place]
    let comparison = QuestionKey.compare(record, with: sample, benchmark)
    if comparison == .other, let question = record.question,
      placesOfQuestion[QuestionKey.exact(question)] != nil
    {
      // The data has this very question elsewhere: this id was counted, and not the data's.
      return try placeByContent(record, described, of: count)
    }
    if comparison == .other || comparison == .unknown, !ImageName.agree(record, sample) {
      throw EvaluationError(
        .invalidData,
        """
        the answer with the id \"\(id)\" names the image \
        \"\(ImageName.written(record) ?? "")\", and
        """
          + " the data's sample has \"\(ImageName.known(sample) ?? "")\"; are these answers to other"
          + " data?", at: record.location)
    }
    switch comparison {
    case .same, .unknown: break
    case .respelt, .other: respelt.append((record.question ?? "", sample.question))
    }
    return place
  }

  private mutating func placeByContent(
    _ record: AnswerRecord, _ described: Sample?, of count: Int
  ) throws -> Int {
    let references = described?.references ?? record.references ?? []
    guard let question = record.question, !question.isEmpty else {
      return try placeByOrder(record, references, described, of: count)
    }
    var places =
      placesOfQuestion[QuestionKey.exact(question)]
      ?? record.prompt.flatMap { placesOfPrompt[QuestionKey.exact($0)] } ?? []
    if places.isEmpty {
      places =
        placesOfWords[QuestionKey.words(question)]
        ?? record.prompt.flatMap { placesOfWords[QuestionKey.words($0)] } ?? []
      if let first = places.first { respelt.append((question, data.samples[first].question)) }
    }
    guard !places.isEmpty else {
      throw EvaluationError(
        .invalidData,
        """
        the question \"\(question)\" is not in the \(benchmark.title) data; are these answers \
        to another benchmark?
        """,
        at: record.location)
    }
    if !references.isEmpty {
      places = places.filter { ReferenceAgreement.agree(references, data.samples[$0].references) }
      guard !places.isEmpty else {
        throw EvaluationError(
          .invalidData,
          """
          the question \"\(question)\" is in the data, but with other references than \
          \(references)
          """,
          at: record.location)
      }
    }
    // An image's name is a fact: it excludes, and nothing after it can bring back what it excluded.
    let shown = places.filter { ImageName.agree(record, data.samples[$0]) }
    guard !shown.isEmpty else {
      throw EvaluationError(
        .invalidData,
        "the question \"\(question)\" is in the data, but not about the image"
          + " \"\(ImageName.written(record) ?? "")\"", at: record.location)
    }
    places = shown
    // What else both know: split, category. The spelling may differ, so this only chooses between
    // several.
    for (name, value) in (described?.metadata ?? record.fields).sorted(by: { $0.key < $1.key })
    where places.count > 1 {
      let narrowed = places.filter { data.samples[$0].metadata[name] == value }
      if !narrowed.isEmpty { places = narrowed }
    }
    if places.count == 1 { return places[0] }
    if places.contains(record.row) { return record.row }
    throw EvaluationError(
      .invalidData,
      """
      the question \"\(question)\" is that of \(places.count) samples \
      (\(places.prefix(3).map { data.samples[$0].id }.joined(separator: ", "))),
      """
        + " and nothing tells which one is answered", at: record.location)
  }

  /// An answer without id and question is one by its place in the data, or in the part of the data
  /// that the file says it is about; as many answers as questions there must be.
  private func placeByOrder(
    _ record: AnswerRecord, _ references: [String], _ described: Sample?, of count: Int
  ) throws -> Int {
    var places = Array(data.samples.indices)
    if let split = described?.metadata["split"] ?? record.fields["split"] {
      let part = places.filter { data.samples[$0].metadata["split"] == split }
      if !part.isEmpty { places = part }
    }
    guard record.id == nil, places.count == count, places.indices.contains(record.row) else {
      throw EvaluationError(
        .invalidData,
        record.id.map {
          """
          the answer has the id "\($0)", which no sample of the \(benchmark.title) data has, \
          and no question to find it by
          """
        }
          ?? "the answers name neither ids nor questions, and there are \(count) of them for"
          + " \(places.count) questions", at: record.location)
    }
    let place = places[record.row]
    guard
      references.isEmpty
        || ReferenceAgreement.agree(references, data.samples[place].references)
    else {
      throw EvaluationError(
        .invalidData,
        """
        the answers name neither ids nor questions, and this one's reference \(references) is \
        not that of the data's sample at its place, "\(data.samples[place].id)"; are these answers
        """
          + " to other data?", at: record.location)
    }
    return place
  }
}

extension Location {
  /// In words, for a second place in a message about the first: its file is named where it is
  /// another one.
  func described(from other: Location) -> String {
    [file == other.file ? nil : file, place].compactMap { $0 }.joined(separator: ": ")
  }
}
