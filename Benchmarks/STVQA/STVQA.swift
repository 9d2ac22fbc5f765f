import DataFormats
import Evaluation
import Foundation
import Metrics

/// ST-VQA, test split of task 3 (no dictionary): questions whose answers are written in a
/// photograph, scored with ANLS (docs/metrics.md, section 1). The answers of the published split
/// are with the Robust Reading Competition's server; those of the training split are published.
public struct STVQA: AnswersKeptByServer {
  public init() {}

  public let name = "stvqa"
  public let title = "ST-VQA"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 4070

  public var formats: [DataLayout] { [STVQARelease().layout, Self.parquet] }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(
      text: sample.question + "\nAnswer the question using a single word or phrase.",
      maximumNewTokens: 32)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    ANLS.score(prediction: prediction, answers: sample.references, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("anls", of: scored, paperFactor: 100)]
  }

  /// Other data sets have a test split of `question_id`, `question` and `image` too, and more
  /// columns: an `answer` or `category` (MME, POPE), an `image_id` (TextVQA).
  private static let parquet: DataLayout = {
    var files = HuggingFaceParquet(split: "test")
    files.foreignColumns = ["answer", "category", "image_id", "question_type"]
    return files.layout(columns: ["question_id", "question"], optional: ["answers"]) {
      row, place, image in
      [
        Sample(
          id: try row.id("question_id"),
          image: ImageReference(
            identity: "row \(place)", name: "image of row \(place) in \(row.path)", load: image),
          question: try row.string("question"),
          references: row.has("answers") ? try row.strings("answers") : [])
      ]
    }
  }()
}
