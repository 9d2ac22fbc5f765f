import DataFormats
import Evaluation
import Foundation
import Metrics

/// TextVQA, validation split: questions about text in photographs, scored with VQA accuracy over
/// ten answers (docs/metrics.md, section 5). OCR tokens are not given to the model.
public struct TextVQA: Benchmark {
  public init() {}

  public let name = "textvqa"
  public let title = "TextVQA"
  public let split = "val"
  public let version = 1
  public let publishedCount: Int? = 5000

  public var formats: [DataLayout] {
    [
      Self.release(of: "val"),
      VLMEvalKitTable.layout(["TextVQA"]) { table in
        try table.rows.map { row in
          Sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            references: try table.answers(row))
        }
      },
      DataLayout(
        name: "jsonl",
        summary:
          "lines of question_id, image_id, question and answers (TextVQA_val*.jsonl, also with .gz)",
        recognizes: { !Self.linesFiles(in: $0).isEmpty },
        alternatives: { Self.linesFiles(in: $0) }, samples: Self.linesSamples),
      HuggingFaceParquet(split: "validation").layout(
        columns: ["question_id", "question", "answers"], optional: ["image_id"]
      ) {
        row, place, image in
        let identity = try row.ifPresent("image_id") ?? "row \(place)"
        return [
          Sample(
            id: try row.id("question_id"),
            image: ImageReference(
              identity: identity, name: "image \(identity) in \(row.path)", load: image),
            question: try row.string("question"), references: try row.strings("answers"),
            metadata: ["image_id": .string(identity)])
        ]
      },
    ]
  }

  /// lmms-eval capitalises the question, which lower-cases everything after its first letter.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.textVQA(question: sample.question).context, maximumNewTokens: 1024)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    do {
      return try VQAAccuracy.score(
        prediction: prediction, answers: sample.references, profile: profile)
    } catch {
      return MetricScore(value: 0, rule: error.message)
    }
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("exact_match", of: scored, paperFactor: 100)]
  }

  // MARK: The original release

  private static func release(of split: String) -> DataLayout {
    DataLayout(
      name: "original",
      summary:
        "the original release (TextVQA_0.5.1_\(split).json with \(imageFolder(of: split))/)",
      recognizes: { releaseFile(in: $0, split) != nil },
      ofSplit: { release(of: $0.lowercased()) },
      splits: { NamedFile.splits(in: $0, from: "TextVQA_0.5.1_", to: [".json"]) },
      samples: { try releaseSamples($0, split) })
  }

  /// The validation questions are about pictures of the training folder.
  private static func imageFolder(of split: String) -> String {
    split == "test" ? "test_images" : "train_images"
  }

  private static func releaseFile(in path: String, _ split: String) -> String? {
    let name = "TextVQA_0.5.1_\(split).json"
    if path.hasSuffix(".json") {
      return URL(fileURLWithPath: path).lastPathComponent == name ? path : nil
    }
    let file = path + "/" + name
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  private static func releaseSamples(_ path: String, _ split: String) throws -> [Sample] {
    guard let file = releaseFile(in: path, split) else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return try JSONNode(contentsOf: file)["data"].list().map { entry in
      let image = try entry["image_id"].string()
      return Sample(
        id: String(try entry["question_id"].int()),
        image: try DataFolder.image(
          "\(imageFolder(of: split))/\(image).jpg", in: folder, at: entry["image_id"].location),
        question: try entry["question"].string(),
        references: try entry.optional("answers")?.strings() ?? [],
        metadata: ["image_id": .string(image)])
    }
  }

  // MARK: Lines

  private static func linesFiles(in path: String) -> [String] {
    func matches(_ name: String) -> Bool {
      name.hasPrefix("TextVQA_val") && (name.hasSuffix(".jsonl") || name.hasSuffix(".jsonl.gz"))
    }
    let url = URL(fileURLWithPath: path)
    if matches(url.lastPathComponent) { return [path] }
    return dataFileNames(in: path).filter(matches).map { path + "/" + $0 }
  }

  private static func linesSamples(_ path: String) throws -> [Sample] {
    guard let file = linesFiles(in: path).first else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return try JSONLines.read(file).map { line in
      let image = try line["image_id"].string()
      return Sample(
        id: try line["question_id"].value.stringValue ?? String(line["question_id"].int()),
        image: try DataFolder.image(
          "train_images/\(image).jpg", in: folder, at: line["image_id"].location),
        question: try line["question"].string(), references: try line["answers"].strings(),
        metadata: ["image_id": .string(image)])
    }
  }
}
