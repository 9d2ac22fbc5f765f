import Metrics
import PythonText
import Testing

@Suite struct PageEditDistanceTests {
  @Test(
    arguments: [
      ("", "", 0), ("abc", "", 1), ("", "abc", 1), ("abcd", "abce", 0.25),
      ("cafe\u{301}", "caf\u{E9}", 0.4), ("a\nb", "a b", 1.0 / 3),
      ("\u{1F1E8}\u{1F1ED}", "\u{1F1E8}\u{1F1ED}\u{1F1E8}\u{1F1ED}", 0.5),
    ] as [(String, String, Double)])
  func theDistanceIsDividedByTheLongerText(prediction: String, reference: String, value: Double) {
    #expect(
      PageEditDistance.score(prediction: prediction, reference: reference, profile: .lmmsEval).value
        == value)
  }

  @Test func theTagsOfTheFormatDoNotCount() {
    let score = PageEditDistance.score(
      prediction: " <doc> two\n words </doc>\n", reference: "two\n words", profile: .lmmsEval)
    #expect(score == MetricScore(value: 0, rule: "0 edits of 10", extracted: "two\n words"))
    #expect(PageText.cleaned("<doc><doc> a </doc></doc>") == "<doc> a </doc>")
  }

  @Test func whitespaceIsCollapsedOnlyWhenAsked() {
    let texts = ("one  two\n\nthree", "one two three")
    #expect(
      PageEditDistance.score(prediction: texts.0, reference: texts.1, profile: .lmmsEval).value
        == 3.0 / 15)
    let collapsed = PageEditDistance.score(
      prediction: texts.0, reference: texts.1, profile: .lmmsEval, collapsingWhitespace: true)
    #expect(collapsed.value == 0)
  }

  @Test func pooledPagesWeighByLength() {
    let measures = [
      PageEditDistance.Measure(edits: 1, length: 1), PageEditDistance.Measure(edits: 0, length: 9),
    ]
    #expect(PageEditDistance.pooled(measures) == 0.1)
    #expect(PageEditDistance.pooled([]) == nil)
  }
}
