import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

func writeFile(_ bytes: [UInt8], _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// What is exported can be read again, by ourselves as by others, and scores the same.
@Suite struct AnswerExportTests {
  /// A run over our own samples with every second answer right; odd texts among the others.
  private func withRun<R>(
    _ name: String,
    _ body: (_ run: RunDirectory, _ scores: RunScores, _ benchmark: any Benchmark, _ folder: String)
      throws -> R
  ) throws -> R {
    try TestMaterial.withTemporaryFolder { folder in
      let benchmark = try BenchmarkRegistry.named(name)
      let data = try OpenedData(benchmark, path: TestMaterial.project + "/Samples")
      var asked = 0
      var waiting = data.samples.map { ($0, benchmark.prompt(for: $0)) }
      let model = RecordedAnswers { prompt, image in
        asked += 1
        let place = waiting.firstIndex { $0.1 == prompt && $0.0.image?.identity == image?.identity }
        let sample = waiting.remove(at: try #require(place)).0
        let right =
          sample.metadata["box"].map { _ in "[0.1, 0.2, 0.3, 0.4]" } ?? sample.references.first
          ?? ""
        return Answer(
          text: asked % 2 == 0 ? right : ["", "It's \"so\"\tor\nso", "No", "B"][asked % 4])
      }
      let summary = try Runner(benchmark: benchmark, data: data, outputFolder: folder + "/run").run(
        model, progress: Silence())
      return try body(
        summary.directory, RunScores(summary.directory, benchmark: benchmark, profile: .lmmsEval),
        benchmark, folder)
    }
  }

  /// The benchmarks of which there are embedded samples.
  private static let embedded = BenchmarkRegistry.all.map(\.name).filter {
    FileManager.default.fileExists(atPath: TestMaterial.project + "/Samples/\($0)")
  }

  @Test(arguments: embedded)
  func lmmsEvalFilesScoreAsTheRunDoes(name: String) throws {
    try withRun(name) { run, scores, benchmark, folder in
      let lmmsEval = benchmark as? any LMMsEvalTask
      let task = lmmsEval?.lmmsEvalTask ?? name
      let files = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark, as: .lmmsEval, to: folder + "/out",
        stamp: "20260301_101010")
      #expect(
        files[0].hasSuffix(
          "/20260301_101010_samples_\(task).jsonl"
        )
          && files[1].hasSuffix("/20260301_101010_results.json"))
      let lines = try JSONLines.read(files[0])
      let places = try lines.map { try $0["doc_id"].int() }
      #expect(places == Array(0..<run.questions.count))
      #expect(
        lines.allSatisfy {
          $0.value["filtered_resps"]?.stringValue != nil
            && $0.value["doc_hash"]?.stringValue?.count == 64
        })
      // Alone, and with the data.
      for data in [nil, TestMaterial.project + "/Samples"] {
        let again = try AnswerFilesTests.scores(name, files[0], data: data)
        #expect(again.samples.map(\.answer?.text) == scores.samples.map { $0.answer?.text })
        #expect(again.metrics.map(\.name) == scores.metrics.map(\.name), "\(name)")
        for (new, old) in zip(again.metrics, scores.metrics) {
          let isSame = new.value == old.value || (new.value.isNaN && old.value.isNaN)
          #expect(isSame, "\(name) \(old.name): \(new.value), \(old.value)")
        }
      }
      let results = try JSONNode(contentsOf: files[1])
      let figures =
        lmmsEval?.lmmsEvalResults(scores.metrics) ?? scores.metrics.map { ($0.name, $0.value) }
      let headline = try #require(figures.first)
      #expect(
        try results["results"][task]["\(headline.name),none"].double()
          == headline.value)
      #expect(
        try results["n-samples"][task]["effective"].int()
          == scores.ledger.selected)
    }
  }

  @Test(arguments: [
    ("docvqa", "rrc"), ("textvqa", "evalai"), ("mme", "mme"), ("stvqa", "rrc"),
  ])
  func submissionsScoreAsTheRunDoes(name: String, format: String) throws {
    try withRun(name) { run, scores, benchmark, folder in
      let path = folder + (format == "mme" ? "/out" : "/out.json")
      let files = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark,
        as: BenchmarkRegistry.exports.named(format), to: path, stamp: "")
      #expect(!files.isEmpty)
      let again = try AnswerFilesTests.scores(name, path, data: TestMaterial.project + "/Samples")
      #expect(
        again.metrics.first?.value == scores.metrics.first?.value
          && again.ledger.answered == scores.ledger.answered)
    }
  }

  /// A server refuses a list that lacks a question.
  @Test func `a question without an answer is submitted empty`() throws {
    struct Refusal: Error {}
    try TestMaterial.withTemporaryFolder { folder in
      let benchmark = try BenchmarkRegistry.named("docvqa")
      let data = try OpenedData(benchmark, path: TestMaterial.project + "/Samples")
      var asked = 0
      let model = RecordedAnswers { _, _ in
        asked += 1
        if asked == 2 { throw Refusal() }
        return Answer(text: "answer \(asked)")
      }
      let run = try Runner(benchmark: benchmark, data: data, outputFolder: folder + "/run").run(
        model, progress: Silence()
      ).directory
      let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
      let failed = scores.ledger.failed
      #expect(failed > 0 && failed < data.samples.count)
      _ = try BenchmarkRegistry.exports.write(
        run, scores: scores, benchmark: benchmark, as: BenchmarkRegistry.exports.named("rrc"),
        to: folder + "/out.json", stamp: "")
      let texts = try JSONNode(contentsOf: folder + "/out.json").list().map {
        try $0["answer"].string()
      }
      #expect(texts.count == data.samples.count)
      #expect(texts.count(where: \.isEmpty) == failed)
    }
  }

  @Test func formatsAreForTheirBenchmarks() throws {
    try withRun("chartqa") { run, scores, benchmark, folder in
      for format in ["rrc", "evalai", "mme"] {
        let error = #expect(throws: EvaluationError.self) {
          try BenchmarkRegistry.exports.write(
            run, scores: scores, benchmark: benchmark,
            as: BenchmarkRegistry.exports.named(format), to: folder + "/x", stamp: "")
        }
        #expect(error?.message.contains("this run answers chartqa") == true)
      }
    }
  }
}

private final class Silence: RunProgress {
  func start(total: Int, answeredBefore: Int, failedBefore: Int) {}
  func answered(id: String, failure: Answer.Failure?) {}
  func finish() {}
}
