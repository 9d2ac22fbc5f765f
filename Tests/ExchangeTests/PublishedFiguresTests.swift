import Benchmarks
import DataFormats
import Evaluation
import Exchange
import Metrics
import TestSupport
import Testing

/// Published scores, derived again from the published predictions.
@Suite(.enabled(if: TestMaterial.hasShared, "needs the shared samples beside the checkout"))
struct PublishedFiguresTests {
  static let folder = (TestMaterial.shared ?? "") + "/samples/predictions"

  private func figures(
    _ benchmark: String, _ path: String, data: String? = nil, profile: Profile
  ) throws -> [String: Double] {
    let scores = try AnswerFilesTests.scores(
      benchmark, "\(Self.folder)/\(path)", data: data.map { "\(Self.folder)/\($0)" },
      profile: profile)
    // One of them answers "nan", which is no answer.
    #expect(scores.ledger.missing == 0 && scores.ledger.failed <= 1)
    return Dictionary(
      scores.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private func expect(
    _ figures: [String: Double], _ expected: [String: Double], within tolerance: Double
  ) {
    for (name, value) in expected {
      #expect(
        abs((figures[name] ?? .nan) - value) <= tolerance,
        "\(name): \(figures[name] ?? .nan), published \(value)")
    }
  }

  @Test func mmeByTheOfficialTool() throws {
    let figures = try figures("mme", "mme/LaVIN-13B", profile: .official)
    let perception = [
      "existence": 185.00, "count": 88.33, "position": 63.33, "color": 75.00, "posters": 79.59,
      "celebrity": 47.35, "scene": 136.75,
      "landmark": 93.50, "artwork": 87.25, "OCR": 107.50,
    ]
    expect(figures, perception, within: 0.005)
    expect(
      figures,
      [
        "commonsense_reasoning": 87.14, "numerical_calculation": 65.00, "text_translation": 47.50,
        "code_reasoning": 50.00,
      ], within: 0.005)
    // The published sum is that of the rounded figures.
    var sum = 0.0
    for name in perception.keys { sum += (100 * (figures[name] ?? .nan)).rounded() / 100 }
    #expect(abs(sum - 963.60) < 1e-9)
    expect(figures, ["mme_perception_score": 963.60, "mme_cognition_score": 249.64], within: 0.012)
  }

  @Test func mmeByVLMEvalKit() throws {
    expect(
      try figures("mme", "mme/vlmevalkit_vila_8b/vila_8b_MME.jsonl.gz", profile: .vlmEvalKit),
      [
        "mme_perception_score": 1558.5247098839536, "mme_cognition_score": 282.5, "OCR": 162.5,
        "artwork": 127.25,
        "celebrity": 147.3529411764706, "code_reasoning": 47.5, "color": 175,
        "commonsense_reasoning": 125, "count": 163.33333333333334,
        "existence": 185, "landmark": 157, "numerical_calculation": 47.5,
        "position": 143.33333333333331, "posters": 137.75510204081633,
        "scene": 160, "text_translation": 62.5,
      ], within: 1e-9)
  }

  @Test func textVQAByTheOfficialEvaluator() throws {
    let figures = try figures(
      "textvqa", "textvqa/llava-v1.5-13b/llava-v1.5-13b.jsonl.gz",
      data: "textvqa/TextVQA_val_gt.jsonl.gz", profile: .official)
    expect(figures, ["exact_match": 0.6125], within: 5e-5)
  }

  @Test(arguments: ["xlsx", "jsonl.gz"])
  func chartQAByVLMEvalKitAndByLMMsEval(ending: String) throws {
    let path = "chartqa/vlmevalkit_vila_8b/vila_8b_ChartQA_TEST.\(ending)"
    expect(
      try figures("chartqa", path, profile: .vlmEvalKit),
      [
        "relaxed_overall": 0.5088, "relaxed_human_split": 0.3792, "relaxed_augmented_split": 0.6384,
      ], within: 1e-9)
    expect(
      try figures("chartqa", path, profile: .lmmsEval), ["relaxed_human_split": 0.3728],
      within: 1e-9)
  }

  @Test(arguments: ["xlsx", "jsonl.gz"])
  func ocrBenchByVLMEvalKit(ending: String) throws {
    expect(
      try figures(
        "ocrbench", "ocrbench/vlmevalkit_vila_8b/vila_8b_OCRBench.\(ending)", profile: .vlmEvalKit),
      [
        "final_score": 438, "text_recognition": 181, "Scene Text-centric VQA": 153,
        "Doc-oriented VQA": 63, "Key Information Extraction": 41,
        "Handwritten Mathematical Expression Recognition": 0,
      ], within: 0)
  }

  @Test func refCOCOBoxes() throws {
    expect(
      try figures(
        "refcoco", "refcoco/rec-eval_llava/llava_lmms-lab_RefCOCO_predictions.json.gz",
        profile: .lmmsEval),
      ["refcoco_ACC@0.5": 0.4891139240506329], within: 1e-12)
  }

  @Test func mmBenchRotationsByVLMEvalKit() throws {
    let path = "mmbench/vlmevalkit_vila_8b_CCBench/vila_8b_CCBench.jsonl.gz"
    let published = [
      "overall": 0.3392156862745098, "calligraphy_painting": 0.3508771929824561,
      "cultural_relic": 0.26804123711340205,
      "food_clothes": 0.33043478260869563, "historical_figure": 0.17142857142857143,
      "scenery_building": 0.3157894736842105,
      "sketch_reasoning": 0.6444444444444445, "traditional_show": 0.36363636363636365,
    ]
    expect(try figures("mmbench", path, profile: .vlmEvalKit2024), published, within: 1e-12)
    // Three questions are answered with a letter inside a Chinese sentence: today's bound on the
    // answer's length refuses these.
    let today = try figures("mmbench", path, profile: .vlmEvalKit)
    let hits = (today["overall"] ?? .nan) * 510
    #expect(abs(hits - 170) < 1e-9)
  }

  /// Eleven answers are right or nearly so; "1969" against "1980" and "0.30" against "0.28" are
  /// not.
  @Test func docVQAByTheDUEEvaluatorsCases() throws {
    let folder = "docvqa/due_evaluator_tests"
    let scores = try AnswerFilesTests.scores(
      "docvqa", "\(Self.folder)/\(folder)/out.jsonl", data: "\(Self.folder)/\(folder)/ref.jsonl",
      profile: .official)
    let values = Dictionary(
      scores.samples.map { ($0.scored.sample.id, $0.scored.score.value) },
      uniquingKeysWith: { first, _ in first })
    #expect(values["49153"] == 0.5 && values["49150"] == 0.5 && values.count == 12)
    #expect(values.filter { !["49153", "49150"].contains($0.key) }.allSatisfy { $0.value == 1 })
    // The evaluator's unit cases.
    let references = [
      [
        "university of california", "University of California",
        "university of california, san diego",
      ], ["aashirvaad", "Aashirvaad"],
    ]
    for (answers, expected) in [
      (["university of california", "aashirvaad"], 1.0), (["blabla", "bla"], 0.0),
    ] {
      for (answer, accepted) in zip(answers, references) {
        #expect(
          ANLS.score(prediction: answer, answers: accepted, profile: .official).value == expected)
      }
    }
  }
}
