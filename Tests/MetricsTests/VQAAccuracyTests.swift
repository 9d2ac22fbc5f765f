import Metrics
import PythonText
import Testing

@Suite struct VQAAccuracyTests {
  @Test(arguments: [(0, 0.0), (1, 0.3), (2, 0.6), (3, 0.9), (4, 1), (10, 1)])
  func tenAnnotatorsGiveTheFiveKnownScores(matches: Int, value: Double) throws {
    let answers = (0..<10).map { $0 < matches ? "Cat" : "dog \($0)" }
    for profile in Profile.allCases {
      let score = try VQAAccuracy.score(
        prediction: " the cat. ", answers: answers, profile: profile)
      #expect(abs(score.value - value) < 1e-12)
      #expect(score.extracted == "cat")
      #expect(score.rule == "\(matches) of 10 answers match")
    }
  }

  @Test(arguments: [
    ("Two dogs", "2 dogs"), ("None", "0"), ("The, end?", "end"), ("dont", "don't"),
    ("Levi's", "levi 's"), ("u.s.a.", "usa"),
    (".5", ".5"), ("5.", "5"), ("yes/no", "yes no"), ("yes/ no", "yes no"), ("a-b -c", "ab c"),
    ("'twas twas", "'twas 'twas"),
    ("10\u{A0}years", "10 years"), ("e\u{301}t\u{E9}", "e\u{301}t\u{E9}"), ("ΟΔΟΣ", "οδος"),
    ("Im", "im"), ("an", ""),
  ])
  func theEvalAIProcessorNormalises(text: String, normal: String) {
    for profile in [Profile.lmmsEval, .lmmsEval03, .official] {
      #expect(
        VQAAnswerNormaliser.normalized(PythonString(text), profile: profile) == PythonString(normal)
      )
    }
  }

  @Test(arguments: [
    ("5.", "5."), ("3.p.m", "3.pm"), ("Levi's", "levi's"), ("one,two", "1 2"),
    ("1,000/day", "1000day"), ("why?", "why"),
    ("a, the", ""),
  ])
  func vlmEvalKitNormalisesOtherwise(text: String, normal: String) {
    #expect(
      VQAAnswerNormaliser.normalized(PythonString(text), profile: .vlmEvalKit)
        == PythonString(normal))
  }

  @Test(arguments: [(31, ""), (32, ""), (33, "."), (40, "........")])
  func onlyTheFirst32PeriodsAreRemoved(periods: Int, normal: String) {
    let text = PythonString(String(repeating: ".", count: periods))
    #expect(VQAAnswerNormaliser.normalized(text, profile: .lmmsEval) == PythonString(normal))
    #expect(VQAAnswerNormaliser.normalized(text, profile: .vlmEvalKit) == PythonString(normal))
  }

  @Test func theOfficialEvaluatorNeedsTenAnswersAndLmmsEvalOne() throws {
    let exception = #expect(throws: EvaluatorException.self) {
      try VQAAccuracy.score(prediction: "a", answers: ["a", "a"], profile: .official)
    }
    #expect(exception?.name == "AssertionError")
    #expect(
      exception?.message
        == "the official evaluator needs 10 answers, found 2: the evaluator stops with AssertionError"
    )
    #expect(
      throws: EvaluatorException(name: "StatisticsError", reason: "there is no reference answer")
    ) {
      try VQAAccuracy.score(prediction: "a", answers: [], profile: .lmmsEval)
    }
    #expect(
      try VQAAccuracy.score(prediction: "cat", answers: ["cat"], profile: .lmmsEval).value == 0)
    #expect(
      abs(
        try VQAAccuracy.score(
          prediction: "cat", answers: ["cat", "cat", "dog"], profile: .lmmsEval
        ).value - 4.0 / 9) < 1e-12)
  }
}
