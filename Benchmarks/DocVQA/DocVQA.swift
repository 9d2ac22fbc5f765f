import DataFormats
import Evaluation
import Metrics

/// DocVQA, validation split: questions about scanned pages, scored with ANLS (docs/metrics.md,
/// section 1).
public struct DocVQA: Benchmark {
  public init() {}

  public let name = "docvqa"
  public let title = "DocVQA"
  public let split = "val"
  public let version = 1
  public let publishedCount: Int? = 5349

  public var formats: [DataLayout] {
    [
      DocVQARelease().layout,
      DataLayout(
        name: "due",
        summary:
          "the DUE benchmark's references (JSON Lines of documents with annotations; no images)",
        recognizes: DocVQADUE.recognizes, samples: DocVQADUE.samples),
      VLMEvalKitTable.layout(["DocVQA"], samples: Self.tableSamples),
      HuggingFaceParquet(split: "validation", configuration: "DocVQA").layout(
        columns: ["questionId", "question", "answers"],
        optional: ["ucsf_document_id", "ucsf_document_page_no", "question_types"]
      ) { row, place, image in
        let page = try [row.ifPresent("ucsf_document_id"), row.ifPresent("ucsf_document_page_no")]
          .compactMap { $0 }
        let identity = page.count == 2 ? page.joined(separator: "_") : "row \(place)"
        return [
          Sample(
            id: try row.id("questionId"),
            image: ImageReference(
              identity: identity, name: "image \(identity) in \(row.path)", load: image),
            question: try row.string("question"), references: try row.strings("answers"))
        ]
      },
    ]
  }

  /// The question as it is, then the request for a short answer; 32 new tokens, as lmms-eval asks
  /// LLaVA models.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.docVQA(question: sample.question).context, maximumNewTokens: 32)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    ANLS.score(prediction: prediction, answers: sample.references, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("anls", of: scored, paperFactor: 100)]
  }

  private static func tableSamples(_ table: VLMEvalKitTable) throws -> [Sample] {
    try table.rows.map { row in
      Sample(
        id: try table.index(row), image: try table.image(row),
        question: try table.text(row, "question"),
        references: try table.answers(row))
    }
  }
}
