import DataFormats
import Foundation
import Metrics
import PythonText
import TestSupport
import Testing

@Suite struct SentenceBLEUTests {
  @Test func equalTextsScoreOneFromFourWordsOn() {
    #expect(
      SentenceBLEU.score(prediction: "a b\nc d", reference: "a b c d", profile: .lmmsEval).value
        == 1)
    let short = SentenceBLEU.score(
      prediction: "hello world foo", reference: "hello world foo", profile: .lmmsEval)
    #expect(short.value > 0 && short.value < 1e-76)
    #expect(short.rule == "n-grams 3/3 2/2 1/1 0/1, brevity penalty 1.0")
  }

  @Test func noCommonWordIsZeroAndSoIsAnEmptyText() {
    #expect(
      SentenceBLEU.score(prediction: "A B C D", reference: "a b c d", profile: .lmmsEval).value == 0
    )
    #expect(SentenceBLEU.measure("", "a b").brevityPenalty == 0)
    #expect(SentenceBLEU.measure("", "").value == 0)
  }

  @Test func aShortTextIsPenalised() {
    let measure = SentenceBLEU.measure("a b c d", "a b c d e f g h")
    #expect(abs(measure.value - exp(-1)) < 1e-15)
    #expect(measure.brevityPenalty == exp(-1))
  }

  @Test func repeatedNGramsCountAsOftenAsInTheReference() {
    let measure = SentenceBLEU.measure("a b a b a b", "a b c a b")
    #expect(measure.ngramMatches == [4, 2, 0, 0])
    #expect(measure.ngramTotals == [6, 5, 4, 3])
  }

  @Test func theCorpusPoolsCountsBeforeItDivides() throws {
    let corpus = try #require(SentenceBLEU.corpus([("a b", "a b"), ("a b c d e", "a b c d e")]))
    // The two words have no 3-gram and no 4-gram, which count as one unmatched each.
    #expect(corpus.ngramTotals == [7, 5, 4, 3])
    #expect(corpus.ngramMatches == [7, 5, 3, 2])
    #expect(SentenceBLEU.corpus([]) == nil)
  }

  @Test func theMTEvalTokensSplitOffPunctuation() {
    // Equal tokens make 1, so this pins where the tokens are cut.
    func areEqual(_ a: String, _ b: String) -> Bool {
      abs(SacreBLEU.sentence(PythonString(a), PythonString(b), tokenizer: .mteval) - 1) < 1e-12
    }
    #expect(
      areEqual(
        "Hello, (world)! 1,000.5 don't 3-4 a-b x.",
        "Hello , ( world ) ! 1,000.5 don't 3 - 4 a-b x ."))
    #expect(areEqual("&quot;a&amp;b&quot; word-\nbreak", "\" a & b \" wordbreak"))
    #expect(!areEqual("well-known thing", "well - known thing"))
  }

  @Test(arguments: ["ngram_matches", "ngram_totals", "brevity_penalty"])
  func thePartsOfEveryVectorAgree(part: String) throws {
    let file = TestMaterial.golden + "/metrics/docparse_bleu.jsonl"
    var compared = 0
    for line in try JSONLines.read(file) {
      guard let expected = try line.optional(part)?.value else { continue }
      let found = try MetricVectors.result(metric: "docparse_bleu", line: line, evaluator: part)
      if let number = expected.doubleValue {
        #expect(abs(try #require(found.doubleValue) - number) <= 1e-9)
      } else {
        #expect(found == expected)
      }
      compared += 1
    }
    #expect(compared > 0)
  }
}
