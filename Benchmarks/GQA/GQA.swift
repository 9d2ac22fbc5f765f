import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics

/// GQA, the balanced questions of testdev: 12,578 questions on 398 photographs
/// (docs/metrics-more.md, section 3).
public struct GQA: DescribedByAnswers {
  public init() {}

  public let name = "gqa"
  public let title = "GQA"
  public let split = "testdev balanced"
  public let version = 1
  public let publishedCount: Int? = 12_578

  public let profiles = Profile.allCases

  static let questionFiles = ["testdev_balanced_questions.json"]
  static let lineFiles = ["llava_gqa_testdev_balanced.jsonl"]

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original",
        summary: "the original release (testdev_balanced_questions.json with images/)",
        recognizes: { NamedFile.find(Self.questionFiles, in: $0) != nil },
        samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["GQA_TestDev_Balanced", "GQA"]) { table in
        try table.rows.map { row in
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"), answer: try table.text(row, "answer"))
        }
      },
      DataLayout(
        name: "parquet",
        summary: "Hugging Face parquet (testdev_balanced_instructions/ and _images/)",
        recognizes: { Self.instructions.holds(["imageId", "question", "answer"], in: $0) },
        samples: Self.parquetSamples),
    ]
  }

  /// - Parameter types: structural and semantic, where the data have them
  private static func sample(
    id: String, image: ImageReference?, question: String, answer: String,
    types: [String: String] = [:]
  ) -> Sample {
    Sample(
      id: id, image: image, question: question, references: [answer],
      metadata: types.mapValues { .string($0) })
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let file = NamedFile.find(questionFiles, in: path) else { return [] }
    return try JSONNode(contentsOf: file).members().map { id, entry in
      var types: [String: String] = [:]
      for key in ["structural", "semantic"] {
        types[key] = try entry.optional("types")?.optional(key)?.string()
      }
      return sample(
        id: id,
        image: try DataFolder.image(
          "images/" + entry["imageId"].string() + ".jpg", in: NamedFile.folder(of: file),
          at: entry["imageId"].location),
        question: try entry["question"].string(), answer: try entry["answer"].string(),
        types: types)
    }
  }

  // MARK: Hugging Face: two configurations that are joined by the photograph's id

  private static let instructions = HuggingFaceParquet(
    split: "testdev", configuration: "testdev_balanced_instructions")

  private static func parquetSamples(_ path: String) throws -> [Sample] {
    var images: [String: ImageReference] = [:]
    let pictures = HuggingFaceParquet(split: "testdev", configuration: "testdev_balanced_images")
    if pictures.holds(["id", "image.bytes"], in: path) {
      _ = try pictures.samples(in: path, columns: ["id"]) { row, _, load in
        let id = try row.id("id")
        images[id] = ImageReference(
          identity: id, name: "image \(id) in \(row.path)", load: load)
        return []
      }
    }
    var samples: [Sample] = []
    for shard in try instructions.completeShards(in: path) {
      let file = try ParquetFile(path: shard)
      var rows = try file.rows(["id", "imageId", "question", "answer"])
      while let row = try rows.next() {
        let photograph = try row.id("imageId")
        guard let image = images[photograph] else {
          throw EvaluationError(
            .invalidData,
            "there is no image \"\(photograph)\"; testdev_balanced_images/ with the photographs"
              + " must lie beside testdev_balanced_instructions/", at: row.location("imageId"))
        }
        samples.append(
          sample(
            id: try row.id("id"), image: image, question: try row.string("question"),
            answer: try row.string("answer")))
      }
    }
    return samples
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      guard let answer = record.reference else {
        throw record.missing("reference answer", for: title)
      }
      var types: [String: String] = [:]
      for key in ["structural", "semantic"] {
        types[key] = record.text(key) ?? record.fields["types"]?[key]?.stringValue
      }
      return Self.sample(
        id: record.id ?? "row-\(record.row)", image: nil,
        question: try record.requiredQuestion(for: title), answer: answer, types: types)
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: GeneralPrompt.gqa(question: sample.question).context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    GQAScore.score(
      prediction: prediction, answer: sample.references.first ?? "", profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("exact_match", of: scored, paperFactor: 100)]
      + MetricRow.means(of: scored, by: "structural", paperFactor: 100)
      + MetricRow.means(of: scored, by: "semantic", paperFactor: 100)
  }
}
