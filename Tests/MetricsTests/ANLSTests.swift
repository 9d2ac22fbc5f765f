import Metrics
import Testing

@Suite struct ANLSTests {
  @Test(
    arguments: [
      ("abcd", ["abxy"], 0.5), ("abcd", ["abxyz"], 0), ("", [""], 1),
      ("  TWO\n words ", ["two words"], 1), ("abc", [], 0),
    ] as [(String, [String], Double)])
  func theDefaultKeepsExactlyOneHalf(prediction: String, answers: [String], value: Double) {
    #expect(ANLS.score(prediction: prediction, answers: answers, profile: .lmmsEval).value == value)
  }

  @Test func oldLmmsEvalCountsOneFromOneHalfOn() {
    #expect(ANLS.score(prediction: "abcd", answers: ["abxy"], profile: .lmmsEval02).value == 1)
  }

  @Test func theOfficialScriptCountsThePredictionsSpacesInTheLength() {
    #expect(
      abs(ANLS.score(prediction: "    ab", answers: ["ac"], profile: .official).value - 5.0 / 6)
        < 1e-12)
    #expect(ANLS.score(prediction: "    ab", answers: ["ac"], profile: .lmmsEval).value == 0.5)
  }

  @Test func theRuleNamesTheDistanceAndTheAnswer() {
    #expect(
      ANLS.score(prediction: "abcd", answers: ["zzzz", "abcx"], profile: .lmmsEval).rule
        == "distance 1 of 4 to \"abcx\"")
  }
}
