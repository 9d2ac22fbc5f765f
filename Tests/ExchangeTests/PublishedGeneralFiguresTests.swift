import Benchmarks
import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Published figures of the general benchmarks, derived again from the published answers
/// (docs/published-figures.md says where the files are from).
@Suite(.enabled(if: TestMaterial.hasShared, "needs the shared samples beside the checkout"))
struct PublishedGeneralFiguresTests {
  private static let folder = (TestMaterial.shared ?? "") + "/samples/predictions-more"

  private static func figures(
    _ benchmark: String, _ path: String, data: String? = nil, profile: String
  ) throws -> (figures: [String: Double], remarks: [String]) {
    let scores = try FieldAnswersTests.scores(benchmark, path, data: data, profile: profile)
    #expect(scores.ledger.missing == 0)
    return (
      Dictionary(
        scores.metrics.map { ($0.name, $0.value * $0.paperFactor) },
        uniquingKeysWith: { first, _ in first }), scores.remarks
    )
  }

  /// `draws` is how many answers get a drawn letter, and how many of those hit.
  @Test(arguments: [
    ("llava1.5_13b", "official", 36.67, 2), ("qwen_vl", "official", 36.11, 48),
    ("llava1.5_13b", "lmms-eval-0.3", 36.556, 0), ("qwen_vl", "lmms-eval-0.3", 36.000, 0),
    ("llava1.5_13b", "lmms-eval", 36.333, 0), ("qwen_vl", "lmms-eval", 35.333, 0),
  ])
  func `MMMU's outputs give what the evaluators' own code gives`(
    name: String, profile: String, value: Double, draws: Int
  ) throws {
    let (figures, remarks) = try Self.figures(
      "mmmu", "\(Self.folder)/mmmu-official-outputs/\(name).jsonl.gz", profile: profile)
    #expect(abs((figures["mmmu_acc"] ?? 0) - value) < 0.006)
    if draws > 0 { #expect(remarks.contains { $0.hasPrefix("\(draws) answers without a letter") }) }
  }

  @Test(arguments: [
    ("llava1.5_13b_total_val_output.json", 36.67), ("qwen_vl_total_val_output.json", 36.11),
    ("MMMU_val_InternLM_XComposer_VL.json", 42.0),
  ])
  func `MMMU's letters give what the authors' evaluator gives`(name: String, value: Double) throws {
    let folder = Self.folder + "/mmmu-official-outputs"
    let figures = try Self.figures(
      "mmmu", "\(folder)/\(name)", data: folder, profile: "official"
    ).figures
    #expect(abs((figures["mmmu_acc"] ?? 0) - value) < 0.006)
  }

  @Test(arguments: ["llava", "lmms-eval", "lmms-eval-0.3", "vlmevalkit"])
  func `GQA's answers of LLaVA give its published figure`(profile: String) throws {
    let source = Self.folder + "/gqa-llava-v1.5-13b"
    let folder = try TemporaryFolder()
    var questions: [(String, JSONValue)] = []
    for line in try JSONLines.read(source + "/ground_truth.jsonl.gz") {
      let image = try line["image"].string().replacing(".jpg", with: "")
      questions.append(
        (
          try line["question_id"].string(),
          [
            "question": try line["question"].value, "answer": try line["answer"].value,
            "imageId": .string(image),
          ]
        ))
    }
    try folder.write(
      JSONValue.object(.init(questions, uniquingKeysWith: { $1 })).text(),
      to: "testdev_balanced_questions.json")
    let figures = try Self.figures(
      "gqa", source + "/llava-v1.5-13b.jsonl.gz", data: folder.path, profile: profile
    ).figures
    #expect(abs((figures["exact_match"] ?? 0) - 63.3090) < 5e-5)
  }

  @Test(arguments: ["lmms-eval", "lmms-eval-0.3"])
  func `ScienceQA's samples of lmms-eval give its own figure`(profile: String) throws {
    let path =
      Self.folder + "/scienceqa-lmms-eval-llava-v1.5-7b"
      + "/20260218_234435_samples_scienceqa_img.jsonl.gz"
    let figures = try Self.figures("scienceqa", path, profile: profile).figures
    #expect(abs((figures["exact_match"] ?? 0) - 69.50917203767972) < 1e-9)
  }
}
