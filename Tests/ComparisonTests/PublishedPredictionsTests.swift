import Benchmarks
import Comparison
import DataFormats
import Evaluation
import Exchange
import Metrics
import TestSupport
import Testing

/// Two published sets of predictions against the golden figures.
@Suite(.enabled(if: TestMaterial.hasShared, "needs the shared samples beside the checkout"))
struct PublishedPredictionsTests {
  private static let folder = (TestMaterial.shared ?? "") + "/samples/predictions"

  private func run(_ path: String, _ benchmark: any Benchmark) throws -> ComparedRun {
    let file = try AnswerFile(
      Self.folder + "/" + path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
    let joined = try JoinedAnswers(file, benchmark: benchmark, data: nil)
    return try ComparedRun(
      RunAnswers(joined, benchmark: benchmark), benchmark: benchmark, profile: .lmmsEval)
  }

  @Test func `MME of LaVIN and VILA has the golden difference, error and interval`() throws {
    var options = ComparisonOptions()
    options.draws = 999
    options.replicates = 1000
    let comparison = try BenchmarkComparison(
      run("mme/LaVIN-13B", MME()),
      run("mme/vlmevalkit_vila_8b/vila_8b_MME.jsonl.gz", MME()), options: options)
    let lines = try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/figures.jsonl")
    let golden = try #require(
      lines.first { $0.value["id"]?.stringValue == "mme-real-lavin-vila" })
    let figure = try #require(comparison.figures.first { $0.figure.name == "mme_perception_score" })
    for (side, estimate) in [
      ("a", figure.a), ("b", figure.b), ("delta", figure.difference),
    ] {
      let expected = try golden["expected"][side]
      let estimate = try #require(estimate)
      #expect(abs(estimate.value - (try expected["value"].double())) <= 1e-9)
      #expect(abs((estimate.standardError ?? 0) - (try expected["se"].double())) <= 1e-9)
      #expect(abs((estimate.degreesOfFreedom ?? 0) - (try expected["df"].double())) <= 1e-6)
      #expect(abs((estimate.low ?? 0) - (try expected["low"].double())) <= 1e-6)
      #expect(abs((estimate.high ?? 0) - (try expected["high"].double())) <= 1e-6)
    }
    #expect(figure.changes.losingClusters == 58 && figure.changes.gainingClusters == 462)
    #expect(comparison.coverage.summary == "2374 of 2374 compared")
  }

  @Test func `ChartQA of VILA against itself is identical`() throws {
    let path = "chartqa/vlmevalkit_vila_8b/vila_8b_ChartQA_TEST.jsonl.gz"
    var options = ComparisonOptions()
    options.replicates = 0
    let side = try run(path, ChartQA())
    let comparison = try Comparison([(side, side)], options: options)
    #expect(comparison.verdict == .identical)
    #expect(comparison.sentence.contains("2500 answers identical"))
  }
}
