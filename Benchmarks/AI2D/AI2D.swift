import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Metrics

/// AI2D, test split: diagrams whose labels are overpainted with letters (docs/metrics-more.md,
/// section 7).
public struct AI2D: DescribedByAnswers, FilteredBeforeReasoning {
  public init() {}

  public let name = "ai2d"
  public let title = "AI2D"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 3088
  /// The authors published no evaluator.
  public let profiles: [Profile] = [
    .lmmsEval, .lmmsEval03, .lmmsEval02, .vlmEvalKit, .vlmEvalKit2024,
  ]

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original",
        summary: "the original release (questions/*.json with images/; of ai2d_test_ids.csv, where"
          + " it lies there)",
        recognizes: { !Self.questionFiles(in: $0).isEmpty }, samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["AI2D_TEST", "AI2D"]) { table in
        try table.rows.map { row in
          try Self.sample(
            id: table.index(row), image: table.image(row), question: table.text(row, "question"),
            options: LetteredOptions.of(table, row: row),
            answer: table.text(row, "answer"),
            category: table.table.has(column: "category")
              ? table.table.string(row: row, column: "category") : nil,
            at: table.table.location(row: row, column: "answer"))
        }
      },
      HuggingFaceParquet(split: "test").layout(columns: ["question", "options", "answer"]) {
        row, place, image in
        [
          try Self.sample(
            id: String(place),
            image: ImageReference(
              identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)",
              load: image),
            question: row.string("question"), options: row.strings("options"),
            answer: row.id("answer"), category: nil, at: row.location("answer"))
        ]
      },
    ]
  }

  /// - Parameter answer: the index of the right option as a text, or its letter
  static func sample(
    id: String, image: ImageReference?, question: String, options: [String], answer: String,
    category: String?, at location: Location
  ) throws -> Sample {
    guard let index = LetteredOptions.index(answer), let letter = LetteredOptions.letter(index)
    else {
      throw EvaluationError(
        .invalidData, "the answer \"\(answer)\" is neither an index nor a letter", at: location)
    }
    var metadata = [LetteredOptions.key: LetteredOptions.metadata(options)]
    if let category { metadata["category"] = .string(category) }
    return Sample(
      id: id, image: image, question: question, references: [letter], metadata: metadata)
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      try Self.sample(
        id: record.id ?? "row-\(record.row)", image: nil, question: record.question ?? "",
        options: LetteredOptions.of(record),
        answer: record.required("answer", "target", for: title),
        category: record.text("category"), at: record.location)
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    let prompt = GeneralPrompt.ai2d(question: sample.question, options: LetteredOptions.of(sample))
    return Prompt(text: prompt.context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    AI2DScore.score(
      prediction: prediction, options: LetteredOptions.of(sample),
      answer: LetteredOptions.index(sample.references.first ?? "") ?? -1, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("exact_match", of: scored, paperFactor: 100)]
      + MetricRow.means(of: scored, by: "category", paperFactor: 100)
  }
}
