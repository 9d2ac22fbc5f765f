import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics

/// SEED-Bench, the image part: four options a question (docs/metrics-more.md, section 1).
public struct SEEDBench: DescribedByAnswers {
  public init() {}

  public let name = "seedbench"
  public let title = "SEED-Bench"
  public let split = "image"
  public let version = 1
  public let publishedCount: Int? = 14_233
  /// The authors compare the losses of the options' texts, which no stored answer has.
  public let profiles: [Profile] = [
    .lmmsEval, .lmmsEval03, .lmmsEval02, .vlmEvalKit, .vlmEvalKit2024, .llava,
  ]

  public var formats: [DataLayout] {
    [
      Self.parquetLayout(of: "image"),
      DataLayout(
        name: "original",
        summary: "the original release (SEED-Bench.json with SEED-Bench-image/); image questions",
        recognizes: { NamedFile.find(["SEED-Bench.json"], in: $0) != nil },
        samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["SEEDBench_IMG", "SEEDBench"]) { table in
        try table.rows.map { row in
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            options: try LetteredOptions.of(table, row: row),
            answer: try table.text(row, "answer"),
            category: try table.table.has(column: "category")
              ? table.table.string(row: row, column: "category") : nil)
        }
      },
    ]
  }

  private static func sample(
    id: String, image: ImageReference?, question: String, options: [String], answer: String,
    category: String?
  ) -> Sample {
    sample(
      id: id, images: image.map { [$0] } ?? [], question: question, options: options,
      answer: answer, category: category)
  }

  static func sample(
    id: String, images: [ImageReference], question: String, options: [String], answer: String,
    category: String?
  ) -> Sample {
    var metadata = [LetteredOptions.key: LetteredOptions.metadata(options)]
    if let category { metadata["category"] = .string(category) }
    return Sample(
      id: id, images: images, question: question, references: [answer], metadata: metadata)
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let file = NamedFile.find(["SEED-Bench.json"], in: path) else { return [] }
    let root = try JSONNode(contentsOf: file)
    let types = try Dictionary(
      root["question_type"].members().map { (try $0.node.int(), $0.key) }
    ) { first, _ in first }
    var ids = RepeatedIDs()
    return try root["questions"].list().compactMap { entry in
      // The video part has frames and no image.
      guard try entry["data_type"].string() == "image" else { return nil }
      let question = try entry["question_id"]
      return sample(
        id: ids.next(try question.value.stringValue ?? String(question.int())),
        image: try DataFolder.image(
          "SEED-Bench-image/" + entry["data_id"].string(), in: NamedFile.folder(of: file),
          at: entry["data_id"].location),
        question: try entry["question"].string(),
        options: try ["a", "b", "c", "d"].map { try entry["choice_\($0)"].string() },
        answer: try entry["answer"].string(),
        category: try entry.optional("question_type_id").flatMap { types[try $0.int()] })
    }
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try zip(records, ids(of: records)).map { record, id in
      var sample = Self.sample(
        id: id ?? "row-\(record.row)", image: nil, question: record.question ?? "",
        options: LetteredOptions.of(record),
        answer: try record.required("answer", "target", for: title),
        category: record.text("category"))
      // lmms-eval says it in the row of the data, or by the metric that it computes.
      if record.text("data_type") == "video" || record.fields["seed_video"] != nil {
        sample.metadata[Self.typeKey] = .string("video")
      }
      return sample
    }
  }

  /// The one id that the published data use for two questions.
  private static let sharedID = "49914"

  public func ids(of records: [AnswerRecord]) -> [String?] {
    var ids = RepeatedIDs(known: [Self.sharedID: 2])
    return records.map { record in
      (record.text("question_id") ?? record.id).map { ids.next($0) }
    }
  }

  /// The question and its options, then the request for a letter.
  public func prompt(for sample: Sample) -> Prompt {
    let prompt = GeneralPrompt.seedBench(
      question: sample.question, options: LetteredOptions.of(sample))
    return Prompt(text: prompt.context, maximumNewTokens: 1024)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    SEEDBenchScore.score(
      prediction: prediction, options: LetteredOptions.of(sample),
      answer: sample.references.first ?? "", profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let videos = scored.filter { Self.isVideo($0.sample) }
    let images = videos.isEmpty ? scored : scored.filter { !Self.isVideo($0.sample) }
    var rows: [MetricRow] = []
    if videos.isEmpty || !images.isEmpty {
      rows.append(.mean("seed_image", of: images, paperFactor: 100))
    }
    if !videos.isEmpty {
      rows.append(.mean("seed_video", of: videos, paperFactor: 100))
      rows.append(.mean("seed_all", of: scored, paperFactor: 100))
    }
    return rows
      + MetricRow.means(of: scored, by: "category", paperFactor: 100)
  }

  /// The published data use one id twice, 49914; more of them are a fault of the data.
  public func structuralFaults(of samples: [Sample]) -> [DataFault] {
    let repeated = samples.map(\.id).filter { $0.contains("#") }
    return repeated.isEmpty
      ? []
      : [
        DataFault(
          kind: "repeated-question-ids",
          summary: "\(repeated.count) questions share their id with another and are told by their"
            + " order", places: repeated, isHarmless: repeated == [Self.sharedID + "#2"])
      ]
  }
}
