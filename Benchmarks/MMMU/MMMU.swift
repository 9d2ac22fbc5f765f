import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

/// MMMU, validation split: 900 college questions in 30 subjects, 53 of them open
/// (docs/metrics-more.md, section 4).
public struct MMMU: DescribedByAnswers, SplitNamed {
  public init() {}

  public let name = "mmmu"
  public let title = "MMMU"
  public let split = "val"
  /// The development split is another one: 150 questions, 5 of a subject.
  public let splitNames = ["val", "validation"]
  public let version = 1
  public let publishedCount: Int? = 900
  public let profiles = Profile.allCases.filter { $0 != .llava }

  public var formats: [DataLayout] {
    [
      Self.tableLayout(of: Self.ownSplit),
      Self.parquet(of: Self.ownSplit).layoutWithImages(columns: Self.columns) { row, _, images in
        [try Self.parquetSample(row, images)]
      },
      Self.subjectsLayout(of: Self.ownSplit),
      Self.answerDictionary,
    ]
  }

  /// As the data write it.
  private static let ownSplit = "validation"

  private static func tableLayout(of split: String) -> DataLayout {
    VLMEvalKitTable.layout(
      ["MMMU_DEV_VAL", "MMMU"], ofSplit: { tableLayout(of: $0.lowercased()) },
      samples: { try tableSamples($0, of: split) })
  }

  private static func subjectsLayout(of split: String) -> DataLayout {
    let parquet = parquet(of: split)
    return DataLayout(
      name: "parquet-subjects",
      summary: "the authors' parquet, a folder per subject (Accounting/\(split)-*.parquet)",
      recognizes: { !subjectFolders(in: $0, parquet).isEmpty },
      files: { subjectFolders(in: $0, parquet).flatMap(parquet.shards) },
      ofSplit: { subjectsLayout(of: $0.lowercased()) },
      splits: { path in
        subjectFolders(in: path, parquet).first.map { parquet.splits(with: columns, in: $0) } ?? []
      },
      samples: { path in
        try subjectFolders(in: path, parquet).flatMap { folder in
          try parquet.samplesWithImages(in: folder, columns: columns) {
            row, _, images in [try parquetSample(row, images)]
          }
        }
      })
  }

  private static let columns = ["id", "question", "options", "answer", "question_type"]

  private static func parquet(of split: String) -> HuggingFaceParquet {
    HuggingFaceParquet(split: split, imageColumns: (1...7).map { "image_\($0)" })
  }

  private static func subjectFolders(in path: String, _ parquet: HuggingFaceParquet) -> [String] {
    MMMUSummary.domainSubjects.flatMap(\.1).sorted().map { "\(path)/\($0)" }
      .filter { parquet.holds(columns, in: $0) }
  }

  private static func tableSamples(
    _ table: VLMEvalKitTable, of split: String
  ) throws -> [Sample] {
    try table.rows.compactMap { row in
      // The table holds the development split too; one without the column is the validation split.
      let rowSplit =
        try table.table.has(column: "split")
        ? table.table.string(row: row, column: "split") : ownSplit
      guard rowSplit == split else { return nil }
      let options = try LetteredOptions.of(table, row: row)
      let question = try table.text(row, "question")
      return sample(
        id: table.table.has(column: "id") ? try table.text(row, "id") : try table.index(row),
        images: pictures(
          try table.images(row), question: question, options: options,
          row: table.table.location(row: row, column: "image")),
        question: question, options: options.isEmpty ? nil : options,
        answers: try table.answers(row), subject: try table.text(row, "category"))
    }
  }

  /// Of several pictures in a table's cell, those that the question names, in the order in which
  /// they are sent; all where it names none.
  ///
  /// One that is named and is not there fails when it is asked for, and is not left out.
  private static func pictures(
    _ images: [ImageReference], question: String, options: [String], row: Location
  ) -> [ImageReference] {
    let named = GeneralPrompt.mmmu(question: question, options: options).pictures
    guard images.count > 1 || named.count > 1, !images.isEmpty, !named.isEmpty else {
      return images
    }
    return named.map { number in
      if images.indices.contains(number - 1) { return images[number - 1] }
      return ImageReference(
        identity: "\(images[0].identity) picture \(number)", name: "picture \(number)"
      ) {
        throw EvaluationError(
          .unreadableImage,
          "the question names picture \(number), and the cell holds"
            + " \(images.count == 1 ? "one picture" : "\(images.count) pictures")",
          at: row)
      }
    }
  }

  private static func parquetSample(_ row: ParquetRow, _ images: RowImages) throws -> Sample {
    let id = try row.string("id")
    let isOpen = try row.string("question_type") == "open"
    let options = isOpen ? nil : try texts(row.string("options"), at: row.location("options"))
    let answer = try row.string("answer")
    let question = try row.string("question")
    // Three open questions have several accepted answers, written as a Python list.
    let isList = isOpen && answer.hasPrefix("[") && answer.hasSuffix("]")
    // The pictures that question and options name; one that the row lacks fails when it is asked
    // for.
    let pictures = GeneralPrompt.mmmu(question: question, options: options).pictures
    return sample(
      id: id,
      images: pictures.map { number in
        ImageReference(
          identity: pictures.count == 1 ? id : "\(id)/\(number)",
          name: "picture \(number) of \(id) in \(row.path)"
        ) { try images.loadOnly("image_\(number)") }
      },
      question: question, options: options,
      answers: isList ? try texts(answer, at: row.location("answer")) : [answer],
      subject: MMMUQuestion(id: id, options: nil, answers: [], prediction: "").subject)
  }

  private static func texts(_ literal: String, at location: Location) throws -> [String] {
    try JSONNode(
      PythonLiteral.parse(literal, at: location), file: location.file ?? "", path: "options"
    ).list().map { $0.value.stringValue ?? $0.value.text() }
  }

  /// - Parameter options: nil for an open question
  private static func sample(
    id: String, images: [ImageReference], question: String, options: [String]?, answers: [String],
    subject: String
  ) -> Sample {
    var metadata: [String: JSONValue] = ["subject": .string(subject)]
    if let options { metadata[LetteredOptions.key] = LetteredOptions.metadata(options) }
    return Sample(
      id: id, images: images, question: question, references: answers, metadata: metadata)
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      let id = record.text("id") ?? record.id ?? "row-\(record.row)"
      let options = LetteredOptions.of(record)
      let isOpen = ["open", "short-answer"].contains(record.text("question_type") ?? "")
      guard let answers = record.references else {
        throw record.missing("reference answer", for: title)
      }
      return Self.sample(
        id: id, images: [], question: record.question ?? "",
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
    let isChoice = !options.isEmpty || sample.metadata[Self.choiceKey] == true
    if isChoice, sample.metadata[Self.readKey] == true {
      return MetricScore(
        value: prediction == sample.references.first ? 1 : 0,
        rule: "the letter that was read already", extracted: prediction)
    }
    guard isChoice else {
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
