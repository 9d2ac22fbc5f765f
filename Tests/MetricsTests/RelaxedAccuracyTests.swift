import Metrics
import Testing

@Suite struct RelaxedAccuracyTests {
  @Test(
    arguments: [
      ("62", "62%", 0), ("0.62", "62%", 1), ("62 %", "62%", 1), ("0.0", "0", 0), ("105", "100", 1),
      ("1.05", "1", 0), ("inf", "inf", 0),
      ("1,234", "1234", 0), ("42.", "42", 1), ("2013", "2010", 1), ("YES", "yes", 1),
      ("[2008, 2010]", "[2008, 2010]", 1),
    ] as [(String, String, Double)])
  func theBoundIsExactAndTheRestIsText(prediction: String, answer: String, value: Double) {
    #expect(
      RelaxedAccuracy.score(prediction: prediction, answer: answer, profile: .lmmsEval).value
        == value)
  }

  @Test(
    arguments: [("2010", 1), ("2011", 1), ("[2008, 2010]", 0), ("none", 0)] as [(String, Double)])
  func vlmEvalKitAcceptsAnyMemberOfAList(prediction: String, value: Double) {
    #expect(
      RelaxedAccuracy.score(prediction: prediction, answer: "[2008, '2010']", profile: .vlmEvalKit)
        .value == value)
  }
}
