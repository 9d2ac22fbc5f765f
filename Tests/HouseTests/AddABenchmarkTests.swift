import BenchmarkTemplate
import Benchmarks
import DataFormats
import Evaluation
import EvaluationTestSupport
import Exchange
import Foundation
import Metrics
import Reporting
import TestSupport
import Testing

/// One more benchmark, made by `docs/add-a-benchmark.md` of `docs/benchmark-template` alone: it is
/// run, scored, exported and read again by code that does not know it.
@Suite struct AddABenchmarkTests {
  private static let template = TestMaterial.project + "/docs/benchmark-template"

  private func withData<R>(_ body: (_ folder: String) throws -> R) throws -> R {
    try TestMaterial.withTemporaryFolder { folder in
      let lines = [("1", "red"), ("2", "green"), ("3", "blue")].map { id, answer in
        #"{"id": "\#(id)", "image": "\#(id).png", "question": "Which colour is \#(id)?", "#
          + #""answer": "\#(answer)"}"# + "\n"
      }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder + "/colours.jsonl"))
      return try body(folder)
    }
  }

  private func answered(in folder: String) throws -> ScoredRun {
    let model = RecordedAnswers { prompt, _ in
      Answer(
        text: prompt.text.contains("is 2?") ? "yellow" : prompt.text.contains("1") ? "red" : "blue")
    }
    return try BenchmarkRun(Colours(), data: folder).answered(
      by: model, in: folder + "/run", profiles: .one(.lmmsEval), progress: SilentProgress())
  }

  @Test func `it is run and scored`() throws {
    try withData { folder in
      let scores = try #require(try answered(in: folder).scores.first)
      #expect(scores.metrics.map(\.name) == ["accuracy"])
      #expect(abs(scores.metrics[0].value - 2.0 / 3) < 1e-12)
      #expect(scores.ledger.answered == 3 && !scores.ledger.isPartial)
    }
  }

  @Test func `it is exported, and its exports are read again`() throws {
    try withData { folder in
      let scores = try #require(try answered(in: folder).scores.first)
      let run = try RunDirectory(opening: folder + "/run")
      let exports = AnswerExports(BenchmarkRegistry.all + [Colours()])
      let evalAI = try exports.named("evalai")
      #expect(exports.benchmarks(for: evalAI)?.map(\.name).last == "colours")
      let files = try exports.write(
        run, scores: scores, benchmark: Colours(), as: .lmmsEval, to: folder + "/out", stamp: "S")
      #expect(files[0].hasSuffix("/S_samples_colours_test.jsonl"))
      let submission = try exports.write(
        run, scores: scores, benchmark: Colours(), as: evalAI, to: folder + "/out.json", stamp: "")
      for file in [files[0], submission[0]] {
        let answers = try AnswerFile(file, benchmark: Colours())
        let data = try OpenedData(Colours(), path: folder)
        let joined = try JoinedAnswers(answers, benchmark: Colours(), data: data)
        let again = RunScores(joined, benchmark: Colours(), profile: .lmmsEval)
        #expect(again.metrics == scores.metrics, "\(file)")
      }
    }
  }

  @Test func `it stands in tables`() throws {
    try withData { folder in
      let run = try answered(in: folder)
      #expect(ScoreReport.markdown([run]).contains("| Colours test | accuracy | 66.67† |"))
      let comparison = try PublishedComparison([run], benchmarks: BenchmarkRegistry.all)
      #expect(comparison.table.markdown.contains("| Colours "))
    }
  }

  /// The page names every file of the template, and every one of its protocols is there.
  @Test func `the page tells of every file and of protocols that exist`() throws {
    let page = try String(
      contentsOfFile: TestMaterial.project + "/docs/add-a-benchmark.md", encoding: .utf8)
    for file in try FileManager.default.contentsOfDirectory(atPath: Self.template) {
      #expect(page.contains("`\(file)`"), "\(file)")
    }
    let protocols: [Any.Type] = [
      (any DescribedByAnswers).self, (any RecognizedByAnswers).self,
      (any AnswerFormatProvider).self, (any LMMsEvalTask).self, (any Submitted).self,
      (any PrintedInPaper).self, (any BoxScored).self, (any SamplePresenting).self,
      (any FilteredBeforeReasoning).self,
    ]
    for name in protocols.map({ String(describing: $0).replacing("any ", with: "") }) {
      #expect(page.contains("`\(name)`"), "\(name)")
    }
  }
}
