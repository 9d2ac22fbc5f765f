import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics

/// ChartQA, test split: questions about charts, scored with relaxed accuracy (docs/metrics.md,
/// section 2).
public struct ChartQA: DescribedByAnswers {
  public init() {}

  public let name = "chartqa"
  public let title = "ChartQA"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 2500

  /// The two halves of the test split, as their questions came about.
  enum Half: String, CaseIterable {
    case human
    case augmented
  }

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original",
        summary:
          "the original release (test/test_human.json and test/test_augmented.json with test/png/)",
        recognizes: { Self.releaseFolder(in: $0) != nil }, samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["ChartQA"], samples: Self.tableSamples),
      HuggingFaceParquet(split: "test").layout(columns: ["type", "question", "answer"]) {
        row, place, image in
        let type = try row.string("type")
        guard let half = Half.allCases.first(where: { type == "\($0.rawValue)_test" }) else {
          throw EvaluationError(
            .invalidData, "the type \"\(type)\" is neither human_test nor augmented_test",
            at: row.location("type"))
        }
        return [
          Sample(
            id: "row-\(place)",
            image: ImageReference(
              identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)",
              load: image),
            question: try row.string("question"), references: [try row.string("answer")],
            metadata: ["split": .string(half.rawValue)])
        ]
      },
      HuggingFaceParquet(split: "test").layout(
        name: "parquet-m4", columns: ["query", "label", "human_or_machine"], make: Self.sampleOfM4),
    ]
  }

  /// HuggingFaceM4/ChartQA: a list with the one label, and the half as a class number (0 human, 1
  /// machine).
  private static func sampleOfM4(
    _ row: ParquetRow, place: Int, image: @escaping @Sendable () throws -> [UInt8]
  ) throws -> [Sample] {
    let halves: [Int: Half] = [0: .human, 1: .augmented]
    let number = try row.integer("human_or_machine")
    guard let half = halves[number] else {
      throw EvaluationError(
        .invalidData, "human_or_machine is \(number) and neither 0 nor 1",
        at: row.location("human_or_machine"))
    }
    let labels = try row.strings("label")
    guard labels.count == 1 else {
      throw EvaluationError(
        .invalidData, "the label must hold one answer, not \(labels.count)",
        at: row.location("label"))
    }
    return [
      Sample(
        id: "row-\(place)",
        image: ImageReference(
          identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)", load: image),
        question: try row.string("query"), references: labels,
        metadata: ["split": .string(half.rawValue)])
    ]
  }

  /// lmms-eval's wording for LLaVA models; VLMEvalKit asks for "a single word or phrase" here.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.chartQA(question: sample.question).context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    RelaxedAccuracy.score(
      prediction: prediction, answer: sample.references.first ?? "", profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("relaxed_overall", of: scored, paperFactor: 100)]
      + Half.allCases.map { half in
        let members = scored.filter { $0.sample.metadata["split"]?.stringValue == half.rawValue }
        return .mean("relaxed_\(half.rawValue)_split", of: members, paperFactor: 100)
      }
  }

  // MARK: Answers made elsewhere

  /// The half is told by the split, the type, or the key of the half's own figure in lmms-eval's
  /// samples.
  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      let half = Half.allCases.first { half in
        ["test_\(half.rawValue)", "\(half.rawValue)_test", half.rawValue].contains(
          record.text("split", "type") ?? "")
          || record.fields["relaxed_\(half.rawValue)_split"] != nil
      }
      guard let half else {
        throw record.missing("split (test_human or test_augmented)", for: title)
      }
      return Sample(
        id: record.id ?? "row-\(record.row)", image: nil,
        question: try record.requiredQuestion(for: title),
        references: [try Self.label(record)], metadata: ["split": .string(half.rawValue)])
    }
  }

  /// The label as it stands; a list literal is VLMEvalKit's to read. lmms-eval's target is a list
  /// of the one label.
  private static func label(_ record: AnswerRecord) throws -> String {
    if let label = record.text("answer", "label") { return label }
    guard let label = record.references?.first else {
      throw record.missing("answer", for: "ChartQA")
    }
    return label
  }

  // MARK: The original release

  /// The folder that holds the JSON files and `png/`: the given one, or `test` or `ChartQA
  /// Dataset/test` in it.
  private static func releaseFolder(in path: String) -> String? {
    [path, path + "/test", path + "/ChartQA Dataset/test"].first { folder in
      Half.allCases.contains {
        FileManager.default.fileExists(atPath: "\(folder)/test_\($0.rawValue).json")
      }
    }
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let folder = releaseFolder(in: path) else { return [] }
    return try Half.allCases.flatMap { half -> [Sample] in
      let file = "\(folder)/test_\(half.rawValue).json"
      // A half may be absent: its figure is then empty, and the ledger is short of the published
      // count.
      guard FileManager.default.fileExists(atPath: file) else { return [] }
      return try JSONNode(contentsOf: file).list().enumerated().map { position, entry in
        Sample(
          id: "\(half.rawValue)-\(position)",
          image: try DataFolder.image(
            "png/" + entry["imgname"].string(), in: folder, at: entry["imgname"].location),
          question: try entry["query"].string(), references: [try entry["label"].string()],
          metadata: ["split": .string(half.rawValue)])
      }
    }
  }

  // MARK: VLMEvalKit's table

  private static func tableSamples(_ table: VLMEvalKitTable) throws -> [Sample] {
    try table.rows.map { row in
      let split = try table.text(row, "split")
      guard let half = Half.allCases.first(where: { split == "test_\($0.rawValue)" }) else {
        throw EvaluationError(
          .invalidData, "the split \"\(split)\" is neither test_human nor test_augmented",
          at: table.table.location(row: row, column: "split"))
      }
      // The whole cell is the answer here: a list literal is compared as text by all evaluators but
      // VLMEvalKit's own.
      return Sample(
        id: try table.index(row), image: try table.image(row),
        question: try table.text(row, "question"),
        references: [try table.text(row, "answer")], metadata: ["split": .string(half.rawValue)])
    }
  }
}
