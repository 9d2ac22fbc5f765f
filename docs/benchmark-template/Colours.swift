import DataFormats
import Evaluation
import Foundation
import Metrics

/// Colours, test split: one word about a drawing, right where it equals the reference.
public struct Colours: Benchmark {
  public init() {}

  public let name = "colours"
  public let title = "Colours"
  public let split = "test"
  public let version = 1
  /// The questions of `split` as published; nil where it is not known.
  public let publishedCount: Int? = 3

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "jsonl", summary: "lines of id, image, question and answer (colours.jsonl)",
        recognizes: { FileManager.default.fileExists(atPath: $0 + "/colours.jsonl") },
        samples: Self.samples)
    ]
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: sample.question + "\nAnswer with one word.", maximumNewTokens: 8)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    let isRight = sample.references.contains(prediction)
    return MetricScore(value: isRight ? 1 : 0, rule: isRight ? "equal" : "different")
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("accuracy", of: scored, paperFactor: 100)]
  }

  private static func samples(in folder: String) throws -> [Sample] {
    try JSONLines.read(folder + "/colours.jsonl").map { line in
      Sample(
        id: try line["id"].string(),
        image: try DataFolder.image(
          line["image"].string(), in: folder, at: line["image"].location),
        question: try line["question"].string(), references: [try line["answer"].string()])
    }
  }
}
