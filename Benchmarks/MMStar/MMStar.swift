import DataFormats
import Evaluation
import Exchange
import Metrics

/// MMStar, validation split: 1,500 questions in 18 parts of equal weight (docs/metrics-more.md,
/// section 2).
public struct MMStar: DescribedByAnswers {
  public init() {}

  public let name = "mmstar"
  public let title = "MMStar"
  public let split = "val"
  public let version = 1
  public let publishedCount: Int? = 1500

  public var formats: [DataLayout] {
    [
      VLMEvalKitTable.layout(["MMStar"]) { table in
        try table.rows.map { row in
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            options: try LetteredOptions.of(table, row: row),
            answer: try table.text(row, "answer"), category: try table.text(row, "category"),
            part: try table.text(row, "l2_category"))
        }
      },
      HuggingFaceParquet(split: "val", configuration: "val").layout(columns: [
        "index", "question", "answer", "category", "l2_category",
      ]) { row, place, image in [try Self.parquetSample(row, image)] },
      DataLayout(
        name: "parquet-one-file", summary: "the release's one parquet file (mmstar.parquet)",
        recognizes: { NamedFile.find(["mmstar.parquet"], in: $0) != nil },
        samples: { path in
          guard let file = NamedFile.find(["mmstar.parquet"], in: path) else { return [] }
          return try HuggingFaceParquet(split: "mmstar").samples(
            in: file, columns: ["index", "question", "answer", "category", "l2_category"]
          ) { row, _, image in [try Self.parquetSample(row, image)] }
        }),
    ]
  }

  private static func parquetSample(
    _ row: ParquetRow, _ image: @escaping @Sendable () throws -> [UInt8]
  ) throws -> Sample {
    let id = try row.id("index")
    return sample(
      id: id,
      image: ImageReference(
        identity: "question \(id)", name: "image of question \(id) in \(row.path)", load: image),
      question: try row.string("question"), options: [], answer: try row.string("answer"),
      category: try row.string("category"), part: try row.string("l2_category"))
  }

  /// - Parameter options: only VLMEvalKit's table has columns of them; elsewhere they stand in the
  ///   question
  private static func sample(
    id: String, image: ImageReference?, question: String, options: [String], answer: String,
    category: String, part: String
  ) -> Sample {
    Sample(
      id: id, image: image, question: question, references: [answer],
      metadata: [
        LetteredOptions.key: LetteredOptions.metadata(options), "category": .string(category),
        "l2_category": .string(part),
      ])
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      Self.sample(
        id: record.text("index") ?? record.id ?? "row-\(record.row)", image: nil,
        question: record.question ?? "", options: LetteredOptions.of(record),
        answer: try record.required("answer", "target", for: title),
        // Without the data's row, lmms-eval names the category as a metric.
        category: try MMStarParts.all.map(\.category).first { record.fields[$0] != nil }
          ?? record.required("category", for: title),
        part: try record.required("l2_category", for: title))
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(
      text: GeneralPrompt.mmStar(question: sample.question).context, maximumNewTokens: 1024)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    MMStarScore.score(
      prediction: prediction, options: Self.options(of: sample),
      answer: sample.references.first ?? "", profile: profile)
  }

  /// Those of VLMEvalKit's table, or where the data have none of their own, those in the question.
  private static func options(of sample: Sample) -> [String] {
    let options = LetteredOptions.of(sample)
    return options.isEmpty ? OptionLines.behindTitle(in: sample.question) : options
  }

  /// `average` weighs the 18 parts alike, which is what the paper prints; VLMEvalKit and the
  /// authors print the plain accuracy. Both are shown, the evaluator's own first.
  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let summary = MMStarSummary(
      scored.map {
        .init(
          category: $0.sample.metadata["category"]?.stringValue ?? "",
          part: $0.sample.metadata["l2_category"]?.stringValue ?? "", value: $0.score.value)
      })
    func row(_ name: String, _ value: Double, _ count: Int) -> MetricRow {
      MetricRow(
        name: name, value: scored.isEmpty ? .nan : value, paperFactor: 100, count: count)
    }
    let average = row("average", summary.average, scored.count)
    let accuracy = row("accuracy", summary.accuracy, scored.count)
    let isAverage = profile.evaluator == .lmmsEval
    let categories = isAverage ? summary.categories : summary.categoryAccuracy
    return (isAverage ? [average, accuracy] : [accuracy, average])
      + categories.map { name, value in
        row(name, value, scored.count { $0.sample.metadata["category"]?.stringValue == name })
      }
  }
}
