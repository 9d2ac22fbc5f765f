import Metrics
import Testing

@Suite struct MMEScoreTests {
  @Test(arguments: [
    ("Yes.", "yes", "yes", "Yes"), ("know", "no", "no", "Unknown"),
    ("The answer is yes", "other", "other", "Yes"),
    ("yes, because no", "yes", "yes", "Unknown"), ("Y", "yes", "other", "Unknown"),
    ("N.", "no", "other", "Unknown"),
    ("y.e.s", "yes", "other", "Yes"), ("", "other", "other", "Unknown"),
    ("unknown", "other", "other", "Unknown"),
    ("\u{A0} \u{A0} no", "no", "other", "No"), ("ＹＥＳ", "other", "other", "Unknown"),
  ])
  func eachEvaluatorReadsYesAndNoItsWay(
    prediction: String, lmms: String, official: String, vlm: String
  ) {
    #expect(MMEScore.parse(prediction, profile: .lmmsEval).word == lmms)
    #expect(MMEScore.parse(prediction, profile: .lmmsEval03).word == lmms)
    #expect(MMEScore.parse(prediction, profile: .official).word == official)
    #expect(MMEScore.parse(prediction, profile: .vlmEvalKit).word == vlm)
  }

  @Test func theScoreCarriesWhatWasRead() throws {
    let score = try MMEScore.score(prediction: "Not sure", answer: "No", profile: .lmmsEval)
    #expect(
      score == MetricScore(value: 1, rule: "\"no\" within the first four letters", extracted: "no"))
    let exception = #expect(throws: EvaluatorException.self) {
      try MMEScore.score(prediction: "yes", answer: "maybe", profile: .lmmsEval)
    }
    #expect(exception?.name == "AssertionError")
  }

  /// Two images, the second with one wrong answer: acc 75, acc+ 50.
  private func rows(_ category: String, last: String = "yes") -> [MMERow] {
    [("a", "Yes", "Yes"), ("a", "no", "No"), ("b", "yes", "Yes"), ("b", last, "No")].map {
      MMERow(category: category, image: $0.0, prediction: $0.1, answer: $0.2)
    }
  }

  @Test(arguments: Profile.allCases)
  func aCategoryIsTheSumOfAccuracyAndAccuracyPlus(profile: Profile) throws {
    let summary = MMESummary(rows("OCR") + rows("code_reasoning") + rows("color"), profile: profile)
    let category = try #require(try summary.categories["OCR"]?.get())
    #expect((category.accuracy, category.accuracyPlus, category.score) == (75, 50, 125))
    #expect(try summary.perception?.get() == 250)
    #expect(try summary.cognition?.get() == 125)
    #expect(Array(summary.categories.keys) == ["color", "OCR", "code_reasoning"])
    #expect(!summary.isComplete)
    #expect(MMESummary([], profile: profile).perception == nil)
  }

  @Test func anImageWithoutItsSecondQuestionStopsTheEvaluators() {
    let rows = Array(rows("OCR").dropLast())
    func name(_ profile: Profile) -> String? {
      let sum = MMESummary(rows + self.rows("color"), profile: profile).perception
      return if case .failure(let exception) = sum { exception.name } else { nil }
    }
    #expect(name(.lmmsEval) == "AssertionError")
    #expect(name(.vlmEvalKit) == "IndexError")
    #expect(name(.official) == "AssertionError")
  }

  /// A newline makes one more line: here an odd number of them.
  @Test(arguments: [
    ("no\t", "ValueError"), ("no\n", "AssertionError"), ("no\r", "AssertionError"),
    ("no\r\nyes\n", "ValueError"),
  ])
  func theOfficialToolStopsAtTabsAndNewlines(prediction: String, name: String) throws {
    let summary = MMESummary(rows("OCR", last: prediction), profile: .official)
    let exception = #expect(throws: EvaluatorException.self) { try summary.perception?.get() }
    #expect(exception?.name == name)
  }

  @Test func theOfficialToolStopsWhereNoAnswerOfACategoryIsReadable() throws {
    let rows = rows("OCR").map {
      MMERow(category: $0.category, image: $0.image, prediction: "I see", answer: $0.answer)
    }
    #expect(throws: EvaluatorException.self) {
      try MMESummary(rows, profile: .official).perception?.get()
    }
    #expect(try MMESummary(rows, profile: .lmmsEval).perception?.get() == 0)
  }
}
