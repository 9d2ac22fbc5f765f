import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

/// MMMU, validation split: 900 college questions in 30 subjects, 53 of them open
/// (docs/metrics-more.md, section 4).
public struct MMMU: DescribedByAnswers {
  public init() {}

  public let name = "mmmu"
  public let title = "MMMU"
  public let split = "val"
  public let version = 1
  public let publishedCount: Int? = 900
  public let profiles = Profile.allCases.filter { $0 != .llava }

  public var formats: [DataLayout] {
    [
      VLMEvalKitTable.layout(["MMMU_DEV_VAL", "MMMU"]) { table in
        try table.rows.compactMap { row in
          // The table holds the development split too.
          if table.table.has(column: "split"),
            try table.table.string(row: row, column: "split") != "validation"
          {
            return nil
          }
          let options = try LetteredOptions.of(table, row: row)
          return Self.sample(
            id: table.table.has(column: "id")
              ? try table.text(row, "id") : try table.index(row),
            image: Self.picture(table, row), question: try table.text(row, "question"),
            options: options.isEmpty ? nil : options, answers: try table.answers(row),
            subject: try table.text(row, "category"))
        }
      },
      HuggingFaceParquet(split: "validation").layout(
        columns: ["id", "question", "options", "answer", "question_type"]
      ) { row, _, _ in [try Self.parquetSample(row)] },
    ]
  }

  /// The picture of a row; one that cannot be given fails when it is asked for, and is not left out.
  private static func picture(_ table: VLMEvalKitTable, _ row: Int) -> ImageReference {
    do { return try table.image(row) } catch {
      return ImageReference(
        identity: "row \(row)", name: "pictures of row \(row + 1) in \(table.table.file)"
      ) { throw error }
    }
  }

  private static func parquetSample(_ row: ParquetRow) throws -> Sample {
    let id = try row.string("id")
    let isOpen = try row.string("question_type") == "open"
    let options = isOpen ? nil : try texts(row.string("options"), at: row.location("options"))
    let answer = try row.string("answer")
    // Three open questions have several accepted answers, written as a Python list.
    let isList = isOpen && answer.hasPrefix("[") && answer.hasSuffix("]")
    return sample(
      id: id, image: picture(row, id: id, options: options ?? []),
      question: try row.string("question"), options: options,
      answers: isList ? try texts(answer, at: row.location("answer")) : [answer],
      subject: MMMUQuestion(id: id, options: nil, answers: [], prediction: "").subject)
  }

  /// The one picture that a question names. A question about several is asked as the official code
  /// asks it only by a model that takes several images; the runner gives one, so that it fails by
  /// name instead of being asked with less than it needs.
  private static func picture(
    _ row: ParquetRow, id: String, options: [String]
  ) -> ImageReference? {
    guard let question = try? row.string("question") else { return nil }
    let pictures = GeneralPrompt.mmmu(question: question, options: options).pictures
    guard let first = pictures.first else { return nil }
    let (path, index) = (row.path, row.index)
    return ImageReference(identity: id, name: "picture \(first) of \(id) in \(path)") {
      guard pictures.count == 1 else {
        throw EvaluationError(
          .unreadableImage,
          "the question is about \(pictures.count) pictures, and a run asks about one",
          at: Location(file: path, place: "row \(index + 1)"))
      }
      let column = "image_\(first).bytes"
      guard let bytes = try ParquetFile(path: path).bytes(column: column, row: index) else {
        throw EvaluationError(
          .unreadableImage, "the row holds no such picture",
          at: Location(file: path, place: "row \(index + 1), column \(column)"))
      }
      return bytes.copy()
    }
  }

  private static func texts(_ literal: String, at location: Location) throws -> [String] {
    try JSONNode(
      PythonLiteral.parse(literal, at: location), file: location.file ?? "", path: "options"
    ).list().map { $0.value.stringValue ?? $0.value.text() }
  }

  /// - Parameter options: nil for an open question
  private static func sample(
    id: String, image: ImageReference?, question: String, options: [String]?, answers: [String],
    subject: String
  ) -> Sample {
    var metadata: [String: JSONValue] = ["subject": .string(subject)]
    if let options { metadata[LetteredOptions.key] = LetteredOptions.metadata(options) }
    return Sample(
      id: id, image: image, question: question, references: answers, metadata: metadata)
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      let id = record.id ?? record.text("id") ?? "row-\(record.row)"
      var options = LetteredOptions.of(record)
      if options.isEmpty, case .object(let letters) = record.fields["index2ans"] {
        options = LetteredOptions.letters.compactMap { letters[$0]?.stringValue }
      }
      let isOpen = ["open", "short-answer"].contains(record.text("question_type") ?? "")
      guard let answers = record.references else {
        throw record.missing("reference answer", for: title)
      }
      return Self.sample(
        id: id, image: nil, question: record.question ?? "",
        options: isOpen || options.isEmpty ? nil : options, answers: answers,
        subject: MMMUQuestion(id: id, options: nil, answers: [], prediction: "").subject)
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    let options = LetteredOptions.of(sample)
    let prompt = GeneralPrompt.mmmu(
      question: sample.question, options: options.isEmpty ? nil : options)
    return Prompt(text: prompt.context, maximumNewTokens: 128)
  }

  /// One question by itself: an answer without a letter is wrong here. In the figures it gets the
  /// letter that the evaluator draws, which depends on the questions before it.
  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    let options = LetteredOptions.of(sample)
    guard !options.isEmpty else {
      return MMMUOpenAnswer.score(
        prediction: prediction, answers: Self.answers(sample, profile), profile: profile)
    }
    let read = MMMUMultipleChoice.letter(
      prediction: prediction, options: options, profile: profile)
    return MetricScore(
      value: read.letter == sample.references.first ? 1 : 0, rule: read.rule,
      extracted: read.letter)
  }

  /// lmms-eval's data write several accepted answers as one text, which its rule takes for one.
  private static func answers(_ sample: Sample, _ profile: Profile) -> [String] {
    guard profile.evaluator == .lmmsEval, sample.references.count > 1 else {
      return sample.references
    }
    return ["[" + sample.references.map { "'\($0)'" }.joined(separator: ", ") + "]"]
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let drawn = Self.drawn(scored, profile)
    let values = scored.indices.map { drawn[$0] ?? scored[$0].score.value }
    func row(_ name: String, _ includes: (Int) -> Bool) -> MetricRow {
      let chosen = scored.indices.filter(includes)
      let sum = chosen.reduce(0) { $0 + values[$1] }
      return MetricRow(
        name: name, value: chosen.isEmpty ? .nan : sum / Double(chosen.count), paperFactor: 100,
        count: chosen.count)
    }
    func subject(_ index: Int) -> String {
      scored[index].sample.metadata["subject"]?.stringValue ?? ""
    }
    let undrawn = scored.reduce(0) { $0 + $1.score.value } / Double(max(1, scored.count))
    return [
      row("mmmu_acc") { _ in true },
      MetricRow(
        name: "mmmu_acc_drawn_wrong", value: scored.isEmpty ? .nan : undrawn, paperFactor: 100,
        count: scored.count),
    ]
      + MMMUSummary.domainSubjects.map { domain, subjects in
        row(domain) { subjects.contains(subject($0)) }
      }.filter { $0.count > 0 }
  }

  /// The scores of the answers for which the evaluator draws a letter, by their place.
  ///
  /// lmms-eval draws with seed 0 in the order of the data; the authors' evaluator with seed 42 in
  /// that of the subjects' names. Failed questions are never drawn for.
  private static func drawn(_ scored: [ScoredSample], _ profile: Profile) -> [Int: Double] {
    guard profile.evaluator == .lmmsEval || profile.evaluator == .official else { return [:] }
    let places = scored.indices.filter { index in
      scored[index].score.extracted == nil && !LetteredOptions.of(scored[index].sample).isEmpty
        && scored[index].score.rule.hasPrefix(MMMUMultipleChoice.drawnRule)
    }
    let questions = places.map { index in
      MMMUQuestion(
        id: scored[index].sample.id, options: LetteredOptions.of(scored[index].sample),
        answers: scored[index].sample.references, prediction: "")
    }
    let summary = MMMUSummary(questions, profile: profile)
    return Dictionary(uniqueKeysWithValues: zip(places, summary.values))
  }

  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    var remarks: [String] = []
    let drawn = Self.drawn(scored, profile)
    if !drawn.isEmpty {
      let hits = drawn.values.count { $0 == 1 }
      remarks.append(
        "\(drawn.count) answers without a letter got one that the evaluator draws; \(hits) hit")
    }
    if profile.follows(.lmmsEvalMMMUOpen) {
      remarks.append(
        "lmms-eval since 0.3.5 counts every open question as wrong; lmms-eval-0.3 does not")
    }
    return remarks
  }
}
