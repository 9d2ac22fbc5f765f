import Metrics
import Testing

@Suite struct OCRBenchScoreTests {
  private func value(
    _ prediction: String, _ answers: [String], _ profile: Profile, dataset: String? = "svt",
    type: String = "Regular Text Recognition"
  ) -> Double {
    OCRBenchScore.score(
      prediction: prediction, answers: answers, dataset: dataset, questionType: type,
      profile: profile
    ).value
  }

  @Test(arguments: Profile.allCases)
  func anAnswerIsFoundAnywhereWhateverItsCase(profile: Profile) {
    #expect(value("The sign says\nSTOP here", ["says stop"], profile) == 1)
    #expect(value("stop", ["go", "Stop\n"], profile) == 1)
    #expect(value("s t o p", ["stop"], profile) == 0)
    #expect(value("stop\r", ["stop\r\n"], profile) == 1)
    #expect(value("anything", [""], profile) == 1)
    #expect(value("cafe\u{301}", ["caf\u{E9}"], profile) == 0)
  }

  @Test func onlyCurrentLmmsEvalFoldsFullWidthLetters() {
    for profile in Profile.allCases {
      #expect(value("abcd", ["ＡＢＣＤ"], profile) == (profile == .lmmsEval ? 1 : 0))
      #expect(value("a\u{3000}b", ["a b"], profile) == (profile == .lmmsEval ? 1 : 0))
    }
    let score = OCRBenchScore.score(
      prediction: "ａ", answers: ["A"], dataset: "svt", questionType: nil, profile: .lmmsEval)
    #expect(score.rule == "contains \"A\", full-width letters folded")
  }

  @Test func formulasKeepTheirCaseAndOldLmmsEvalLowersThePredictionOnly() {
    let formula = OCRBenchScore.formulaType
    for profile in [Profile.lmmsEval, .official, .vlmEvalKit] {
      #expect(value("$Y_{2}$", ["Y _ { 2 }"], profile, dataset: "HME100k", type: formula) == 1)
      #expect(value("y_{2}", ["Y _ { 2 }"], profile, dataset: "HME100k", type: formula) == 0)
      #expect(value("x\ty", ["xy"], profile, dataset: "HME100k", type: formula) == 0)
    }
    for profile in [Profile.lmmsEval03, .lmmsEval02] {
      #expect(value("Y_{2}", ["Y _ { 2 }"], profile, dataset: "HME100k", type: formula) == 0)
      #expect(value("Y_{2}", ["y _ { 2 }"], profile, dataset: "HME100k", type: formula) == 1)
    }
  }

  @Test func withoutADatasetNameTheQuestionTypeTells() {
    #expect(value("a b", ["ab"], .lmmsEval, dataset: nil, type: OCRBenchScore.formulaType) == 1)
    #expect(value("a b", ["ab"], .lmmsEval, dataset: nil) == 0)
    #expect(
      value("a b", ["ab"], .vlmEvalKit, dataset: "HME100k", type: "Regular Text Recognition") == 0)
  }

  @Test func theTableSumsTheSixRecognitionTypes() throws {
    let summary = try OCRBenchSummary(
      OCRBenchSummary.questionTypes.map { (questionType: $0, value: 1) })
    #expect(summary.textRecognition == 6)
    #expect(summary.final == 10)
    #expect(Array(summary.hits.keys) == OCRBenchSummary.questionTypes)
    let exception = #expect(throws: EvaluatorException.self) {
      try OCRBenchSummary([(questionType: "Chess", value: 0)])
    }
    #expect(exception?.name == "KeyError")
  }
}
