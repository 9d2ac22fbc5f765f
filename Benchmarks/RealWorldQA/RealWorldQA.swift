import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics

/// RealWorldQA: 765 questions on as many photographs, each with its own instruction
/// (docs/metrics-more.md, section 8).
public struct RealWorldQA: DescribedByAnswers, FilteredBeforeReasoning {
  public init() {}

  public let name = "realworldqa"
  public let title = "RealWorldQA"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 765
  /// The authors published no evaluator.
  public let profiles: [Profile] = [
    .lmmsEval, .lmmsEval03, .lmmsEval02, .vlmEvalKit, .vlmEvalKit2024,
  ]

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original", summary: "the original release (annotations.json with images/)",
        recognizes: { NamedFile.find(["annotations.json"], in: $0) != nil },
        samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["RealWorldQA"]) { table in
        try table.rows.map { row in
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            options: try LetteredOptions.of(table, row: row),
            answer: try table.text(row, "answer"))
        }
      },
      Self.parquet.layout(columns: ["question", "answer"], optional: ["image_path"]) {
        row, place, image in
        let path = try row.ifPresent("image_path")
        return [
          Self.sample(
            id: String(place),
            image: ImageReference(
              identity: path ?? "row \(place)", name: "image of row \(place + 1) in \(row.path)",
              load: image),
            question: try row.string("question"), options: [], answer: try row.string("answer"))
        ]
      },
    ]
  }

  /// Its columns alone are those of many data sets.
  private static let parquet = HuggingFaceParquet(
    split: "test",
    foreignColumns: [
      "question_id", "questionId", "type", "question_type", "category", "options", "choices",
      "dataset", "index", "hint", "choice_a",
    ])

  private static func sample(
    id: String, image: ImageReference?, question: String, options: [String], answer: String
  ) -> Sample {
    Sample(
      id: id, image: image, question: question, references: [answer],
      metadata: [LetteredOptions.key: LetteredOptions.metadata(options)])
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let file = NamedFile.find(["annotations.json"], in: path) else { return [] }
    return try JSONNode(contentsOf: file).list().enumerated().map { place, entry in
      sample(
        id: String(place),
        image: try DataFolder.image(
          "images/" + entry["image"].string(), in: NamedFile.folder(of: file),
          at: entry["image"].location),
        question: try entry["question"].string(), options: [],
        answer: try entry["answer"].string())
    }
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      Self.sample(
        id: record.id ?? "row-\(record.row)", image: nil,
        question: try record.requiredQuestion(for: title), options: LetteredOptions.of(record),
        answer: try record.required("answer", "target", for: title))
    }
  }

  /// The question as it is: it says itself how it is to be answered.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(
      text: GeneralPrompt.realWorldQA(question: sample.question).context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    // Where the data have no columns of options, VLMEvalKit's rules get those of the question.
    let own = LetteredOptions.of(sample)
    let options = own.isEmpty ? OptionLines.last(of: sample.question) : own
    return RealWorldQAScore.score(
      prediction: prediction, question: sample.question, options: options,
      answer: sample.references.first ?? "", profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("exact_match", of: scored, paperFactor: 100)]
  }
}
