import DataFormats
import Evaluation
import Metrics

/// DocVQA, validation split: questions about scanned pages, scored with ANLS (metrics specification, section 1).
public struct DocVQA: Benchmark {
  public init() {}

  public let name = "docvqa"
  public let title = "DocVQA"
  public let split = "val"
  public let version = 1
  public let publishedCount = 5349

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original", summary: "the original release (val_v1.0_withQT.json or val_v1.0.json with documents/)",
        recognizes: { DocVQARelease.file(in: $0) != nil }, samples: DocVQARelease.samples),
      DataLayout(
        name: "vlmevalkit-tsv", summary: "VLMEvalKit's table (DocVQA_VAL.tsv)",
        recognizes: { VLMEvalKitTable.file(in: $0, named: ["DocVQA"]) != nil }, samples: Self.tableSamples),
    ]
  }

  /// The question as it is, then the request for a short answer; 32 new tokens, as lmms-eval asks LLaVA models.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: sample.question + "\nAnswer the question using a single word or phrase.", maximumNewTokens: 32)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    ANLS.score(prediction: prediction, answers: sample.references, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("anls", of: scored, paperFactor: 100)]
  }

  private static func tableSamples(_ path: String) throws -> [Sample] {
    guard let file = VLMEvalKitTable.file(in: path, named: ["DocVQA"]) else { return [] }
    let table = try VLMEvalKitTable(file)
    return try table.rows.map { row in
      Sample(
        id: try table.index(row), image: try table.image(row), question: try table.text(row, "question"),
        references: try table.answers(row))
    }
  }
}
