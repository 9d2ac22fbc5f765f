import Benchmarks
import DataFormats
import Foundation
import Metrics
import TestSupport
import Testing

@testable import Evaluation
@testable import Reporting

/// Score_fine never joins runs of different models.
@Suite struct ModelFineScoreTests {
  /// A benchmark of the paper's name over few questions, all of them published.
  private struct Small: PrintedInPaper {
    let name: String
    var title: String { name }
    let split = "test"
    let version = 1
    let publishedCount: Int? = 2
    let formats: [DataLayout] = []
    var paperColumnDivisor: Double { name == "ocrbench" ? 10 : 1 }

    func prompt(for sample: Sample) -> Prompt { Prompt(text: sample.id, maximumNewTokens: 1) }
    func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
      MetricScore(value: prediction == "right" ? 1 : 0, rule: "equal")
    }
    func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
      [.mean("share", of: scored, paperFactor: 100)]
    }
  }

  private static let names = ["docvqa", "chartqa", "infovqa", "textvqa", "ocrbench"]

  private func scored(
    _ benchmark: String, model: String, right: Int, question: String = "q"
  ) throws -> ScoredRun {
    let small = Small(name: benchmark)
    let samples = (0..<2).map {
      Sample(id: "\(question)\($0)", image: nil, question: "?", references: ["a"])
    }
    let manifest = RunManifest(
      benchmark: small, dataFolder: "d", dataLayout: "l",
      questions: samples.map { RunQuestion($0, prompt: small.prompt(for: $0)) },
      model: ModelIdentity([("kind", "test"), ("content", model)]), selection: .all)
    let answers = samples.indices.map { Answer(text: $0 < right ? "right" : "wrong") }
    return ScoredRun(
      Self.answers(manifest, Array(zip(samples, answers))),
      benchmark: small, profiles: .one(.lmmsEval))
  }

  private static func answers(
    _ manifest: RunManifest, _ selected: [(sample: Sample, answer: Answer?)]
  ) -> RunAnswers {
    var ledger = Ledger()
    ledger.total = selected.count
    return RunAnswers(
      directory: "r", manifest: manifest, selected: selected, asked: [], ledger: ledger)
  }

  @Test func `each model has its own, whatever the order of the runs`() throws {
    let a = try Self.names.map { try scored($0, model: "aaaa", right: 2) }
    let b = try scored("docvqa", model: "bbbb", right: 0)
    for runs in [a + [b], [b] + a, Array(a.reversed()) + [b]] {
      let fine = try PublishedComparison(runs, benchmarks: BenchmarkRegistry.all).fine
      #expect(fine.count == 2)
      #expect(fine.first { $0.content == "aaaa" }?.result == .value(82))
      #expect(
        fine.first { $0.content == "bbbb" }?.result
          == .missing(["chartqa", "infovqa", "textvqa", "ocrbench"]))
      let text = try PublishedComparison(runs, benchmarks: BenchmarkRegistry.all).table.markdown
      #expect(text.contains("Score_fine of test aaaa, lmms-eval: 82.00"))
    }
  }

  @Test func `two complete runs of one benchmark that differ are no choice`() throws {
    let runs = try Self.names.map { try scored($0, model: "aaaa", right: 2) }
    #expect(
      try PublishedComparison(runs + [runs[0]], benchmarks: BenchmarkRegistry.all).fine[0].result
        == .value(82))
    for other in [
      try scored("docvqa", model: "aaaa", right: 1),
      try scored("docvqa", model: "aaaa", right: 2, question: "other"),
    ] {
      #expect(
        try PublishedComparison(runs + [other], benchmarks: BenchmarkRegistry.all).fine[0].result
          == .ambiguous(["docvqa"]))
    }
  }

  @Test func `a run over less than the published questions says so`() throws {
    let docvqa = try scored("docvqa", model: "aaaa", right: 2)
    let real = ScoredRun(
      Self.answers(
        docvqa.scores[0].manifest,
        docvqa.scores[0].samples.map { ($0.scored.sample, $0.answer) }),
      benchmark: DocVQA(), profiles: .one(.lmmsEval))
    let origin = try PublishedComparison([real], benchmarks: BenchmarkRegistry.all).rows.first {
      $0.isMeasured
    }?.origin
    #expect(origin == "measured, 2 of the published 5349 questions")
  }
}
