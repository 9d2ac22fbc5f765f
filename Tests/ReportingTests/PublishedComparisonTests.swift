import Benchmarks
import Reporting
import Testing

@Suite struct PublishedComparisonTests {
  static let complete = [
    "docvqa": 68.03, "chartqa": 59.64, "infovqa": 33.6, "textvqa": 62.12, "ocrbench": 49.8,
  ]

  @Test func fineScoreIsTheMeanOfFiveCompleteRuns() {
    #expect(
      PublishedComparison.fineScore(Self.complete, benchmarks: BenchmarkRegistry.all).value.map {
        abs($0 - 54.638) < 1e-9
      } == true)
  }

  @Test(arguments: complete.keys.sorted())
  func fineScoreNamesWhatIsMissing(benchmark: String) {
    var some = Self.complete
    some[benchmark] = nil
    #expect(
      PublishedComparison.fineScore(some, benchmarks: BenchmarkRegistry.all)
        == .missing([benchmark]))
  }
}
