import Metrics
import Testing

@Suite struct MMBenchScoreTests {
  static let options: [String?] = ["gas", "liquid", "solid", "plasma"]

  /// Prediction, then the letters of can_infer, the static rule and VLMEvalKit.
  static let answers: [(String, String?, String?, String?)] = [
    ("B", "B", "B", "B"), ("(B)", "B", "B", "B"), ("B. liquid", "B", "B", "B"),
    ("[B]", nil, "B", "B"),
    ("The correct answer is **C**", nil, "C", "C"), ("answer is b", nil, nil, "B"),
    ("an\u{17F}wer i\u{17F} **d", nil, nil, "D"),
    ("B because the picture shows a lot of stuff", "B", "B", nil),
    ("A bottle bank page", nil, "A", "A"), ("A cat sits on B", nil, "A", nil),
    ("It must be a liquid", "B", "B", "B"), ("liquid", "B", "B", "B"), ("E", "E", "E", nil),
    ("A B", nil, "A", nil),
    ("It must be a liquid, as far as anyone can tell from this picture", "B", "B", nil),
    ("", nil, nil, nil),
    ("Cannot determine the answer", nil, "C", "Z"), ("i pick D over B", nil, "B", nil),
    ("xAy zBw", nil, "B", nil),
    ("Failed to obtain answer via API B", nil, "B", nil), ("\u{FF22}", nil, nil, nil),
  ]

  @Test(arguments: answers)
  func eachEvaluatorReadsTheLetterItsWay(
    prediction: String, inferred: String?, bound: String?, vlm: String?
  ) {
    func letter(_ rules: MMBenchExtraction.Rules) -> String? {
      MMBenchExtraction.extract(prediction: prediction, options: Self.options, rules: rules).letter
    }
    #expect(letter(.canInfer) == inferred)
    #expect(letter(.staticRule) == bound)
    #expect(letter(.vlmEvalKitToday) == vlm)
  }

  @Test func theTextNanIsAnOptionForLmmsEvalAndMissingForVLMEvalKit() {
    let options: [String?] = ["banana", "nanny", "nan", "nan"]
    #expect(
      MMBenchExtraction.extract(prediction: "nanny", options: options, rules: .canInfer).letter
        == nil)
    #expect(
      MMBenchExtraction.extract(prediction: "nanny", options: options, rules: .vlmEvalKitToday)
        .letter
        == "B")
    #expect(
      MMBenchExtraction.extract(
        prediction: "nanny", options: ["banana", "nanny", nil, nil], rules: .canInfer
      ).letter == "B")
  }

  @Test func theProfileChoosesTheRulesAndTheScoreExplainsItself() {
    let score = MMBenchScore.score(
      prediction: "[B]", options: Self.options, answer: "B", profile: .lmmsEval)
    #expect(
      score
        == MetricScore(value: 1, rule: "static rule: the letter occurs somewhere", extracted: "B"))
    #expect(
      MMBenchScore.score(
        prediction: "[B]", options: Self.options, answer: "B", profile: .lmmsEval03
      ).extracted == nil)
    #expect(
      MMBenchScore.score(prediction: "[B]", options: Self.options, answer: "B", profile: .official)
        .value == 1)
  }

  @Test func aQuestionIsAHitOnlyIfAllItsPassesAreRight() {
    func row(_ index: Int, _ category: String, right: Bool, extracted: String? = "A") -> MMBenchRow
    {
      MMBenchRow(
        index: index, category: category, l2Category: "l2",
        score: MetricScore(value: right ? 1 : 0, rule: "", extracted: extracted))
    }
    let summary = MMBenchSummary([
      row(1_000_001, "ocr", right: true), row(1, "ocr", right: true),
      row(2_000_001, "ocr", right: true),
      row(2, "ocr", right: true), row(1_000_002, "ocr", right: false),
      row(3, "image_scene", right: true),
      row(1_000_003, "image_scene", right: false, extracted: nil),
      row(1_000_004, "lost", right: true),
    ])
    #expect(summary.overall == 1.0 / 3)
    #expect(summary.category == ["image_scene": 0, "ocr": 0.5])
    #expect(summary.l2Category == ["l2": 1.0 / 3])
    #expect((summary.questions, summary.questionsWithoutBase) == (3, 1))
    #expect((summary.unextractedRows, summary.undecidedQuestions) == (1, 1))
    #expect(summary.rowAccuracy == 0.75)
    #expect(MMBenchSummary([]).overall == nil)
  }
}
