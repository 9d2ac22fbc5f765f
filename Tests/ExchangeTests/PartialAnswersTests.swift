import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import EvaluationTestSupport
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// A run over a part of the data stays one, however its answers travel.
@Suite struct PartialAnswersTests {
  private static let asked = 2

  /// A run over the first questions, which were all answered right.
  private func withPart<R>(
    _ name: String,
    _ body: (_ run: RunDirectory, _ benchmark: any Benchmark, _ folder: String) throws -> R
  ) throws -> R {
    let folder = try TemporaryFolder()
    let benchmark = try BenchmarkRegistry.named(name)
    let samples = try OpenedData(benchmark, path: FieldAnswersTests.samples).samples
    let path = folder.path + "/run"
    try WrittenRun.write(
      benchmark, samples, to: path, selection: Selection(limit: Self.asked)
    ) { Answer(text: $0.references.first ?? "") }
    return try body(RunDirectory(opening: path), benchmark, folder.path)
  }

  private func imported(
    _ path: String, _ benchmark: any Benchmark, data: Bool, to output: String
  ) throws -> (run: RunDirectory, scores: RunScores) {
    let file = try AnswerFile(path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
    let joined = try JoinedAnswers(
      file, benchmark: benchmark,
      data: data ? OpenedData(benchmark, path: FieldAnswersTests.samples) : nil)
    // Where it lies and as a run of its own, it says the same.
    let there = RunScores(joined, benchmark: benchmark, profile: .lmmsEval)
    let run = try ImportedRun.write(joined, benchmark: benchmark, name: "other", to: output)
    let scores = try RunScores(
      RunDirectory(opening: run.path), benchmark: benchmark, profile: .lmmsEval)
    #expect(there.ledger == scores.ledger && there.metrics.count == scores.metrics.count)
    return (run, scores)
  }

  @Test(arguments: BenchmarkRegistry.all.map(\.name), [false, true])
  func `an export of a part is a part when it is imported`(name: String, data: Bool) throws {
    try withPart(name) { run, benchmark, folder in
      let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
      let files = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark, as: .lmmsEval, to: folder + "/out",
        stamp: "20260301_101010")
      #expect(scores.ledger.isPartial && scores.ledger.selected == Self.asked)
      let (_, again) = try imported(
        files[0], benchmark, data: data, to: folder + "/imported")
      #expect(again.ledger.isPartial && again.ledger.total == scores.ledger.total)
      #expect(again.ledger.selected == Self.asked && again.ledger.missing == 0)
      #expect(again.metrics.first?.value == (try #require(scores.metrics.first)).value)
    }
  }

  @Test(arguments: ["docvqa", "mme", "pope", "refcoco"], [false, true])
  func `so is the run itself`(name: String, data: Bool) throws {
    try withPart(name) { run, benchmark, folder in
      let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
      let (again, figures) = try imported(
        run.path, benchmark, data: data, to: folder + "/imported")
      #expect(figures.ledger.isPartial && figures.ledger.total == scores.ledger.total)
      #expect(figures.ledger.selected == Self.asked && figures.ledger.missing == 0)
      #expect(again.questions.map(\.id) == run.questions.map(\.id))
    }
  }

  /// lmms-eval says in its results file how many of how many it asked.
  @Test func `lmms-eval's limit is told by the results beside its samples`() throws {
    try withPart("docvqa") { run, benchmark, folder in
      let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
      let files = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark, as: .lmmsEval, to: folder + "/out",
        stamp: "20260301_101010")
      // As lmms-eval writes them: without anything of ours.
      let lines = try JSONLines.read(files[0]).map { line -> String in
        var members = line.value.objectValue ?? [:]
        let id = members["proxyv"]?["id"]
        members["proxyv"] = nil
        members["doc"] = ["questionId": id ?? .null]
        return JSONValue.object(members).text() + "\n"
      }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: files[0]))
      let (_, beside) = try imported(files[0], benchmark, data: true, to: folder + "/a")
      #expect(beside.ledger.selected == Self.asked && beside.ledger.missing == 0)
      // Nothing says it: what has no answer counts as missing, and as wrong.
      try FileManager.default.removeItem(atPath: files[1])
      let (_, alone) = try imported(files[0], benchmark, data: true, to: folder + "/b")
      #expect(alone.ledger.missing == alone.ledger.total - Self.asked)
    }
  }

  /// What is cut off would otherwise pass for not asked.
  @Test func `an export that was cut says nothing of what was asked`() throws {
    try withPart("docvqa") { run, benchmark, folder in
      let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
      let file = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark, as: .lmmsEval, to: folder + "/out",
        stamp: "20260301_101010")[0]
      let lines = TextFile.lines(in: try String(contentsOfFile: file, encoding: .utf8))
      try Data((lines[0] + "\n").utf8).write(to: URL(fileURLWithPath: file))
      let (_, cut) = try imported(file, benchmark, data: true, to: folder + "/cut")
      #expect(cut.ledger.missing == cut.ledger.total - 1)
    }
  }

  @Test(arguments: [-1, Int.max]) func `a count that cannot be is refused`(count: Int) throws {
    try withPart("docvqa") { run, benchmark, _ in
      let path = run.path + "/run.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let (before, after) = ("\"samples\"", "\"unlisted\": \(count), \"samples\"")
      try Data(text.replacing(before, with: after, maxReplacements: 1).utf8).write(
        to: URL(fileURLWithPath: path))
      #expect {
        try RunAnswers(RunDirectory(opening: run.path))
      } throws: { error in
        render(error).contains("a number from 0 to 2147483647")
      }
    }
  }

  /// A run that was killed, over data whose ids are others: what it lacks is missing.
  @Test func `an unanswered question never passes for one that was not asked`() {
    let samples = ["a", "b", "c"].map {
      Sample(id: $0, image: nil, question: "q", references: ["r"])
    }
    func selected(_ asked: [String]?, _ isAnswered: [Bool]) -> Selection {
      AnswerCoverage(total: 3, asked: asked).selection(of: samples, isAnswered: isAnswered)
    }
    #expect(selected(nil, [true, false, false]) == Selection(ids: ["a"]))
    #expect(selected(["a", "b"], [true, false, false]) == Selection(ids: ["a", "b"]))
    #expect(selected(["x", "y"], [true, true, false]) == Selection(ids: ["a", "b"]))
    #expect(selected(["x", "y"], [true, false, false]) == .all)
  }

  @Test func `an imported run has the name and the origin that it was given`() throws {
    try withPart("docvqa") { run, benchmark, folder in
      let (again, _) = try imported(run.path, benchmark, data: false, to: folder + "/imported")
      let manifest = try RunDirectory(opening: again.path).manifest
      #expect(manifest.name == "other" && manifest.model.name == "other")
      #expect(manifest.model.isImported && !run.manifest.model.isImported)
      #expect(manifest.remarks.contains { $0.hasPrefix("imported from \(run.path)") })
    }
  }

  @Test func `a place that is no folder is no empty folder`() throws {
    try withPart("docvqa") { run, benchmark, folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/file"))
      #expect {
        try imported(run.path, benchmark, data: false, to: folder + "/file")
      } throws: { error in
        render(error).contains("this is no folder")
      }
    }
  }
}
