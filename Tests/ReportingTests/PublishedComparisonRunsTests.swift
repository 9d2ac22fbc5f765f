import Benchmarks
import DataFormats
import Evaluation
import Metrics
import Reporting
import Testing

/// Runs beside the paper's rows, on the paper's scale, each for what it is.
@Suite struct PublishedComparisonRunsTests {
  /// 1000 questions of which the first `hits` are right and the last `missing` have no answer.
  private func comparison(hits: Int, missing: Int = 0, of total: Int = 1000) throws -> JSONValue {
    let samples = (0..<total).map {
      Sample(
        id: String($0), image: nil, question: "", references: ["yes"],
        metadata: ["question_type": "Regular Text Recognition"])
    }
    let asked = samples.map { RunQuestion($0, prompt: OCRBench().prompt(for: $0)) }
    let manifest = RunManifest(
      benchmark: OCRBench(), dataFolder: "", dataLayout: "", questions: asked,
      model: ModelIdentity([("kind", "recorded")]), selection: .all)
    var ledger = Ledger()
    ledger.total = total
    let answers = RunAnswers(
      directory: "run", manifest: manifest,
      selected: samples.enumerated().map { index, sample in
        (sample, index < total - missing ? Answer(text: index < hits ? "yes" : "no") : nil)
      }, asked: asked, ledger: ledger)
    let run = ScoredRun(answers, benchmark: OCRBench(), profiles: .one(.lmmsEval))
    return try PublishedComparison([run], benchmarks: BenchmarkRegistry.all).json(runs: [])
  }

  private func measured(_ comparison: JSONValue) throws -> (score: Double?, origin: String?) {
    let row = try #require(
      comparison["comparison"]?.arrayValue?.first { $0["measured"] == .bool(true) })
    return (row["score"]?.doubleValue, row["origin"]?.stringValue)
  }

  private func missing(_ comparison: JSONValue) -> [String] {
    comparison["score_fine"]?["missing"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  @Test func `a figure of 0 to 1000 stands as a tenth beside the paper's`() throws {
    let whole = try comparison(hits: 498)
    let row = try measured(whole)
    #expect(row.score == 49.8 && row.origin == "measured")
    #expect(missing(whole) == ["docvqa", "chartqa", "infovqa", "textvqa"])
    let published = try #require(whole["comparison"]?.arrayValue?.dropFirst())
    #expect(!published.isEmpty)
    #expect(published.allSatisfy { (10...80).contains($0["score"]?.doubleValue ?? 0) })
  }

  @Test func `a run with a hole is partial and stays out of the mean`() throws {
    let partial = try comparison(hits: 498, missing: 1)
    #expect(try measured(partial).origin == "measured, PARTIAL")
    #expect(missing(partial).contains("ocrbench"))
  }

  @Test func `a run over fewer questions than published stays out of the mean`() throws {
    #expect(missing(try comparison(hits: 40, of: 100)).contains("ocrbench"))
  }
}
