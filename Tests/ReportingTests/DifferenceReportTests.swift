import Benchmarks
import Evaluation
import Foundation
import Metrics
import Reporting
import TestSupport
import Testing

@Suite struct DifferenceReportTests {
  private final class Silent: RunProgress {
    func start(total: Int, answeredBefore: Int, failedBefore: Int) {}
    func answered(id: String, failure: Answer.Failure?) {}
    func finish() {}
  }

  /// A run of DocVQA over three questions, of which the first is answered with outer spaces and the
  /// second nearly right.
  private func run(in folder: String) throws -> RunDirectory {
    let samples = ["abcd", "a|b<c>defgh", "right"].enumerated().map {
      Sample(id: "s\($0)", image: nil, question: "q\($0)?", references: [$1])
    }
    let layout = DataLayout(
      name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples })
    let answers = ["q0": "   abcx   ", "q1": "a|b<c>dexxx", "q2": "right"]
    let model = RecordedAnswers { prompt, _ in
      Answer(text: answers[String(prompt.text.prefix(2))] ?? "")
    }
    return try Runner(
      benchmark: DocVQA(), data: OpenedData(path: "memory", layout: layout, samples: samples),
      outputFolder: folder + "/run"
    ).run(model, progress: Silent()).directory
  }

  @Test func differingSamplesAreListedWithTheirRules() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let differences = try ProfileDifferences(RunAnswers(run(in: folder)), benchmark: DocVQA())
      #expect(differences.differences.map(\.sample.id) == ["s0", "s1"])
      let text = DifferenceReport.tables([differences], limit: 50)[0].markdown
      #expect(text.hasPrefix("## DocVQA val: profiles differ on 2 of 3 answers\n"))
      #expect(
        text.contains("vlmevalkit, vlmevalkit-2024, official") && text.contains("lmms-eval-0.2"))
      // What comes from data and models is escaped.
      #expect(text.contains("a\\|b&lt;c>dexxx") && !text.contains("<c>"))
      let cut = DifferenceReport.tables([differences], limit: 1)[0].markdown
      #expect(cut.contains("differ on 2 of 3 answers; the first 1\n") && !cut.contains("s1"))
    }
  }

  @Test func theTableHasAGroupPerProfileAndTheSpread() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let scored = try ScoredRun(run(in: folder), benchmark: DocVQA(), profiles: .all)
      let lines = ScoreReport.markdown([scored]).split(separator: "\n").filter {
        $0.hasPrefix("|")
      }
      #expect(lines.count == 2 + 6 + 1)
      let spread = try #require(lines.last)
      let values = scored.scores.map { $0.metrics[0].value * 100 }
      let expected = String(format: "%.2f", (values.max() ?? 0) - (values.min() ?? 0))
      #expect(
        spread.contains("| spread") && spread.contains(" \(expected) ") && expected != "0.00",
        "\(spread)")
    }
  }

  @Test func agreementIsSaidToo() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let differences = try ProfileDifferences(RunAnswers(run(in: folder)), benchmark: CCpdf())
      #expect(
        DifferenceReport.tables([differences], limit: 9)[0].markdown
          == "## CCpdf val: one set of rules, nothing to compare\n\n")
    }
  }
}
