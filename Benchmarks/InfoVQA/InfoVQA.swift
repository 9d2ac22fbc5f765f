import DataFormats
import Evaluation
import Foundation
import Metrics

/// InfoVQA, validation split: questions about tall infographics, scored with ANLS (docs/metrics.md,
/// section 3).
public struct InfoVQA: Benchmark {
  public init() {}

  public let name = "infovqa"
  public let title = "InfoVQA"
  public let split = "val"
  public let version = 1
  public let publishedCount: Int? = 2801

  public var formats: [DataLayout] {
    [
      Self.release(of: "val"),
      VLMEvalKitTable.layout(["InfoVQA"]) { table in
        try table.rows.map { row in
          Sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"),
            references: try table.answers(row))
        }
      },
      HuggingFaceParquet(split: "validation", configuration: "InfographicVQA").layout(
        columns: ["questionId", "question", "answers"], optional: ["image_url", "answer_type"]
      ) { row, place, image in
        let identity = try row.ifPresent("image_url") ?? "row \(place)"
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

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.infoVQA(question: sample.question).context, maximumNewTokens: 32)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    ANLS.score(prediction: prediction, answers: sample.references, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("anls", of: scored, paperFactor: 100)]
  }

  // MARK: The original release

  private static func release(of split: String) -> DataLayout {
    DataLayout(
      name: "original",
      summary:
        """
        the original release \
        (infographicsVQA_\(split)_v1.0\(split == "val" ? "_withQT" : "").json with \
        infographicsvqa_images/)
        """,
      recognizes: { !releaseFiles(in: $0, split).isEmpty },
      alternatives: { releaseFiles(in: $0, split) },
      ofSplit: { release(of: $0.lowercased()) },
      splits: {
        NamedFile.splits(
          in: $0, from: "infographicsVQA_", to: ["_v1.0_withQT.json", "_v1.0.json"])
      },
      samples: { try releaseSamples($0, split) })
  }

  /// The release's own name alone where it is there, else the extracts of it, which keep the first
  /// words of the name.
  private static func releaseFiles(in path: String, _ split: String) -> [String] {
    let names = ["_v1.0_withQT.json", "_v1.0.json"].map { "infographicsVQA_\(split)\($0)" }
    func isRelease(_ name: String) -> Bool {
      name.hasPrefix("infographicsVQA_\(split)") && name.hasSuffix(".json")
    }
    if path.hasSuffix(".json") {
      return isRelease(URL(fileURLWithPath: path).lastPathComponent) ? [path] : []
    }
    let found = dataFileNames(in: path).filter(isRelease)
    return (names.first(where: found.contains).map { [$0] } ?? found).map { path + "/" + $0 }
  }

  private static func releaseSamples(_ path: String, _ split: String) throws -> [Sample] {
    guard let file = releaseFiles(in: path, split).first else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let images =
      ["infographicsvqa_images", "images"].first {
        FileManager.default.fileExists(atPath: folder + "/" + $0)
      } ?? "infographicsvqa_images"
    return try JSONNode(contentsOf: file)["data"].list().enumerated().map { index, entry in
      Sample(
        // Extracts without the official ids are told by their place.
        id: try entry.optional("questionId").map { String(try $0.int()) } ?? "row-\(index)",
        image: try DataFolder.image(
          images + "/" + entry["image_local_name"].string(), in: folder,
          at: entry["image_local_name"].location),
        question: try entry["question"].string(),
        references: try entry.optional("answers")?.strings() ?? [])
    }
  }
}
