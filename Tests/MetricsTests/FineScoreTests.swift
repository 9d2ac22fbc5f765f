import Metrics
import Testing

@Suite struct FineScoreTests {
  @Test func theScoreIsTheMeanOfFiveWithTwoDecimals() {
    let fine = FineScore(
      docVQA: 68.03, chartQA: 59.64, infoVQA: 33.6, textVQA: 62.12, ocrBenchOver10: 49.8)
    #expect(fine.score.value == 54.64)
    #expect(abs(fine.mean - 54.638) < 1e-9)
  }
}
