import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics

/// OCRBench v1: 1000 questions of ten kinds about text in images, scored by whether an accepted
/// answer stands in the prediction (docs/metrics.md, section 4). The figure is the number of
/// hits, 0 to 1000.
public struct OCRBench: DescribedByAnswers {
  public init() {}

  public let name = "ocrbench"
  public let title = "OCRBench"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 1000

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original", summary: "the original release (OCRBench.json with OCRBench_Images/)",
        recognizes: { Self.releaseFile(in: $0) != nil }, samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["OCRBench"]) { table in
        try table.rows.map { row in
          // The table has no data set names; formulas are known by their kind.
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            answers: try table.answers(row), dataset: nil, type: try table.text(row, "category"))
        }
      },
      HuggingFaceParquet(split: "test").layout(columns: [
        "dataset", "question", "question_type", "answer",
      ]) { row, place, image in
        [
          Self.sample(
            id: String(place),
            image: ImageReference(
              identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)",
              load: image),
            question: try row.string("question"), answers: try row.strings("answer"),
            dataset: try row.string("dataset"),
            type: try row.string("question_type"))
        ]
      },
    ]
  }

  private static func sample(
    id: String, image: ImageReference?, question: String, answers: [String], dataset: String?,
    type: String
  ) -> Sample {
    var metadata: [String: JSONValue] = ["question_type": .string(type)]
    if let dataset { metadata["dataset"] = .string(dataset) }
    return Sample(id: id, image: image, question: question, references: answers, metadata: metadata)
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.ocrBench(question: sample.question).context, maximumNewTokens: 128)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    OCRBenchScore.score(
      prediction: prediction, answers: sample.references,
      dataset: sample.metadata["dataset"]?.stringValue,
      questionType: sample.metadata["question_type"]?.stringValue, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    func hits(_ name: String, _ members: [ScoredSample]) -> MetricRow {
      MetricRow(
        name: name, value: members.reduce(0) { $0 + $1.score.value }, paperFactor: 1,
        count: members.count, paperMaximum: Double(members.count))
    }
    func members(_ types: some Collection<String>) -> [ScoredSample] {
      scored.filter { types.contains($0.sample.metadata["question_type"]?.stringValue ?? "") }
    }
    return [
      hits("final_score", scored),
      hits("text_recognition", members(OCRBenchSummary.questionTypes[..<6])),
    ]
      + OCRBenchSummary.questionTypes.map { hits($0, members([$0])) }
  }

  // MARK: Answers made elsewhere

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      guard let answers = record.references else {
        throw record.missing("reference answer", for: title)
      }
      return Self.sample(
        id: record.id ?? String(record.row), image: nil,
        question: try record.requiredQuestion(for: title), answers: answers,
        dataset: record.text("dataset", "dataset_name"),
        type: try record.required("category", "question_type", "type", for: title))
    }
  }

  // MARK: The original release

  private static func releaseFile(in path: String) -> String? {
    let places =
      path.hasSuffix(".json")
      ? [path] : [path + "/OCRBench.json", path + "/OCRBench/OCRBench.json"]
    return places.first {
      URL(fileURLWithPath: $0).lastPathComponent == "OCRBench.json"
        && FileManager.default.fileExists(atPath: $0)
    }
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let file = releaseFile(in: path) else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return try JSONNode(contentsOf: file).list().map { entry in
      let answers = try entry["answers"]
      return sample(
        id: String(try entry["id"].int()),
        image: try DataFolder.image(
          "OCRBench_Images/" + entry["image_path"].string(), in: folder,
          at: entry["image_path"].location),
        question: try entry["question"].string(),
        answers: try answers.value.stringValue.map { [$0] } ?? answers.strings(),
        dataset: try entry["dataset_name"].string(), type: try entry["type"].string())
    }
  }
}
