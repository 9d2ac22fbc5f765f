import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

/// MMBench, English dev: multiple choice, each question asked once per option with the options
/// rotated; a question counts only if every rotation is right (docs/metrics.md, section 6).
public struct MMBench: DescribedByAnswers {
  public init() {}

  public let name = "mmbench"
  public let title = "MMBench"
  public let split = "en dev"
  public let version = 1
  /// Rows, rotations included; 1,164 questions.
  public let publishedCount: Int? = 4329

  static let letters = ["A", "B", "C", "D", "E"]
  /// Rotation `k` of a question has the index `base + k * 1_000_000`.
  static let rotationStep = 1_000_000

  public var formats: [DataLayout] {
    [
      VLMEvalKitTable.layout(["MMBench", "mmbench"]) { table in
        try table.rows.map { row in
          func optional(_ column: String) throws -> String? {
            table.table.has(column: column) ? try table.table.string(row: row, column: column) : nil
          }
          return try Self.sample(
            index: table.index(row), image: table.image(row), question: table.text(row, "question"),
            hint: optional("hint"),
            options: Self.letters.map { try optional($0) }, answer: optional("answer"),
            category: optional("category"),
            group: optional("l2-category") ?? optional("L2-category"),
            at: table.table.location(row: row, column: "index"))
        }
      },
      HuggingFaceParquet(split: "dev", configuration: "en").layout(
        columns: ["index", "question"],
        optional: [
          "hint", "answer", "A", "B", "C", "D", "E", "category", "L2-category", "l2-category",
        ]
      ) { row, _, load in
        func optional(_ column: String) throws -> String? { try row.ifPresent(column) }
        let index = try row.id("index")
        let base = Int(index).map { String($0 % Self.rotationStep) } ?? index
        return [
          try Self.sample(
            index: index,
            image: ImageReference(
              identity: "question \(base)", name: "image of question \(base) in \(row.path)",
              load: load),
            question: row.string("question"), hint: optional("hint"),
            options: Self.letters.map { try optional($0) },
            answer: optional("answer"), category: optional("category"),
            group: optional("L2-category") ?? optional("l2-category"),
            at: row.location("index"))
        ]
      },
    ]
  }

  /// - Parameter options: those of A to E; nil where the question has fewer. Parquet files write a
  ///   missing one as `nan`, which lmms-eval's text matching then takes for an option
  private static func sample(
    index: String, image: ImageReference?, question: String, hint: String?, options: [String?],
    answer: String?, category: String?,
    group: String?, at location: Location
  ) throws -> Sample {
    guard Int(index) != nil else {
      throw EvaluationError(.invalidData, "the index \"\(index)\" is no number", at: location)
    }
    var metadata: [String: JSONValue] = [
      "category": .string(category ?? ""), "l2-category": .string(group ?? ""),
    ]
    if let hint { metadata["hint"] = .string(hint) }
    for (letter, option) in zip(letters, options) {
      if let option { metadata[letter] = .string(option) }
    }
    return Sample(
      // Parquet files of the test split write a missing answer as `nan` too.
      id: index, image: image, question: question,
      references: answer.flatMap { $0 == "nan" || $0.isEmpty ? nil : [$0] } ?? [],
      metadata: metadata)
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      guard let index = record.text("index") else { throw record.missing("index", for: title) }
      _ = try record.required("A", for: title)
      return try Self.sample(
        index: index, image: nil, question: record.requiredQuestion(for: title),
        hint: record.text("hint"),
        options: Self.letters.map { record.text($0) },
        answer: record.required("answer", for: title), category: record.text("category"),
        group: record.text("l2-category", "L2-category"), at: record.location)
    }
  }

  private static func options(_ sample: Sample) -> [(letter: String, text: String?)] {
    letters.map { ($0, sample.metadata[$0]?.stringValue) }
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(
      text: BenchmarkPrompt.mmBench(
        question: sample.question, hint: sample.metadata["hint"]?.stringValue,
        options: Self.options(sample)
      )
      .context, maximumNewTokens: 1024)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    MMBenchScore.score(
      prediction: prediction, options: Self.options(sample).map(\.text),
      answer: sample.references.first ?? "", profile: profile)
  }

  private static func summary(_ scored: [ScoredSample]) -> MMBenchSummary {
    MMBenchSummary(
      scored.compactMap { entry in
        Int(entry.sample.id).map {
          MMBenchRow(
            index: $0, category: entry.sample.metadata["category"]?.stringValue ?? "",
            l2Category: entry.sample.metadata["l2-category"]?.stringValue ?? "", score: entry.score)
        }
      })
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let summary = Self.summary(scored)
    // A group or category counts its base questions.
    func count(_ key: String, _ name: String) -> Int {
      scored.count { entry in
        entry.sample.metadata[key]?.stringValue == name
          && Int(entry.sample.id).map { $0 < Self.rotationStep } ?? false
      }
    }
    return [
      MetricRow(
        name: "overall", value: summary.overall ?? .nan, paperFactor: 100, count: summary.questions)
    ]
      // Tables of the same kind without groups of categories (CCBench) get no row for them.
      + summary.l2Category.filter { !$0.key.isEmpty }.map {
        MetricRow(
          name: $0.key, value: $0.value, paperFactor: 100, count: count("l2-category", $0.key))
      }
      + summary.category.filter { !$0.key.isEmpty }.map {
        MetricRow(name: $0.key, value: $0.value, paperFactor: 100, count: count("category", $0.key))
      }
  }

  /// Answers without a letter are said aloud: they count as wrong, and a judge model might read
  /// some of them otherwise. So are questions without all their rotations, which are easier.
  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    let read = scored.filter { $0.sample.verdict == nil }
    guard !read.isEmpty else { return [] }
    let summary = Self.summary(read)
    var remarks: [String] = []
    if summary.unextractedRows > 0 {
      remarks.append(
        """
        no letter could be extracted from \(summary.unextractedRows) of \(read.count) answers; \
        they count as wrong and decide \(summary.undecidedQuestions) of \(summary.questions) \
        questions
        """)
    }
    let lacking = structuralFaults(of: read.map(\.sample)).first { $0.kind == "missing-rotations" }
    if let lacking {
      remarks.append(
        "\(lacking.places.count) of \(summary.questions) questions lack rotations; this is not"
          + " circular accuracy")
    }
    return remarks
  }
}
