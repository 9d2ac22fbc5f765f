import DataFormats
import Evaluation
import EvaluationTestSupport
import Foundation
import Metrics
import TestSupport
import Testing

@Suite struct RunnerTests {
  private func run(
    _ model: EchoModel, in folder: String, benchmark: EchoBenchmark = EchoBenchmark(),
    progress: SilentProgress = SilentProgress(),
    _ change: (inout Runner) -> Void = { _ in }
  ) throws -> RunScores {
    var runner = Runner(
      benchmark: benchmark, data: EchoBenchmark.data(), outputFolder: folder + "/run")
    change(&runner)
    let summary = try runner.run(model, progress: progress)
    return try RunScores(summary.directory, benchmark: benchmark, profile: .lmmsEval)
  }

  @Test func allQuestionsOnAnImageAreAskedTogether() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = EchoModel()
      let scores = try run(model, in: folder)
      #expect(model.groups.count == 4)
      #expect(model.groups[1] == ["question 3", "question 4", "question 5"])
      #expect(
        model.anticipated == [
          "image 1 before call 1", "image 2 before call 2", "image 3 before call 3",
        ])
      #expect(scores.metrics == [MetricRow(name: "share", value: 1, paperFactor: 100, count: 12)])
      #expect(!scores.ledger.isPartial)
    }
  }

  /// Keeps what it was told.
  private final class Listener: RunWatch {
    var told: [(id: String, answer: Answer)] = []
    func place(of id: String) -> Int { 0 }
    func received(_ answers: [(id: String, answer: Answer)]) { told += answers }
  }

  @Test func `a watch hears of a question what became of it in the end`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let failing = EchoModel()
      failing.failing = ["1", "2"]
      _ = try run(failing, in: folder) { $0.selection = Selection(limit: 6) }
      let mended = EchoModel()
      mended.failing = ["2"]
      _ = try run(mended, in: folder) {
        $0.selection = Selection(limit: 6)
        $0.retryFailed = true
      }
      let listener = Listener()
      _ = try run(EchoModel(), in: folder) {
        $0.selection = Selection(limit: 7)
        $0.watch = listener
      }
      #expect(listener.told.map(\.id).sorted() == (0..<7).map { "s\($0)" })
      #expect(listener.told.filter { $0.answer.failure != nil }.map(\.id) == ["s2"])
    }
  }

  @Test func theSameCommandAgainAsksOnlyWhatIsMissing() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let killed = EchoModel()
      killed.answersLeft = 4
      killed.failing = []
      _ = try run(killed, in: folder) { $0.selection = Selection(limit: 4) }
      let progress = SilentProgress()
      let model = EchoModel()
      let scores = try run(model, in: folder, progress: progress)
      #expect(progress.answeredBefore == 4 && progress.failedBefore == 0 && progress.total == 8)
      #expect(model.groups[0] == ["question 4", "question 5"])
      #expect(scores.ledger.answered == 12 && scores.ledger.duplicate == 0)
    }
  }

  @Test func aFailedSampleIsLoggedCountsAsWrongAndTheRunGoesOn() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = EchoModel()
      model.failing = ["1"]
      model.unreadable = ["image 2"]
      let scores = try run(model, in: folder)
      #expect(scores.ledger.failed == 4 && scores.ledger.answered == 8 && scores.ledger.isPartial)
      #expect(scores.metrics[0].count == 12)
      #expect(abs(scores.metrics[0].value - 8.0 / 12) < 1e-12)

      let untouched = EchoModel()
      #expect(try run(untouched, in: folder).ledger.failed == 4)
      #expect(untouched.groups.isEmpty)

      let repaired = EchoModel()
      let again = try run(repaired, in: folder) { $0.retryFailed = true }
      #expect(repaired.groups == [["question 1"], ["question 6", "question 7", "question 8"]])
      #expect(
        again.ledger.failed == 0 && again.metrics[0].value == 1 && again.ledger.duplicate == 0)
    }
  }

  @Test func `a run that was begun whole goes on in shards`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let whole = EchoModel()
      _ = try run(whole, in: folder) { $0.selection = Selection(limit: 5) }
      let shards = try (0..<2).map { index in
        let model = EchoModel()
        let shard = try #require(Shard(index: index, count: 2))
        let scores = try run(model, in: folder) { $0.shard = shard }
        return (asked: model.groups, scores: scores)
      }
      // Images 0 and 2 are the first shard's, 1 and 3 the second's; five answers are there.
      #expect(shards[0].asked == [["question 6", "question 7", "question 8"]])
      #expect(
        shards[1].asked == [["question 5"], ["question 9", "question 10", "question 11"]])
      let ledger = shards[1].scores.ledger
      #expect(ledger.answered == 12 && ledger.duplicate == 0 && !ledger.isPartial)
      let logs = try FileManager.default.contentsOfDirectory(atPath: folder + "/run/answers")
      #expect(
        logs.sorted() == [
          "answers.0-of-1.jsonl", "answers.0-of-2.jsonl", "answers.1-of-2.jsonl",
        ])
    }
  }

  @Test func theDenominatorIsEverySampleEverSelected() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let first = try run(EchoModel(), in: folder) { $0.selection = Selection(offset: 2, limit: 2) }
      #expect(first.ledger.selected == 2 && first.ledger.total == 12 && first.ledger.isPartial)
      let second = try run(EchoModel(), in: folder) {
        $0.selection = Selection(ids: ["s11", "s2"])
      }
      #expect(second.ledger.selected == 3 && second.metrics[0].count == 3)
    }
  }

  @Test func anUnknownSampleIsRefused() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let error = #expect(throws: EvaluationError.self) {
        try run(EchoModel(), in: folder) { $0.selection = Selection(ids: ["s99"]) }
      }
      #expect(error?.code == .invalidSelection)
    }
  }

  @Test func anotherModelOrPromptIsRefusedByName() throws {
    try TestMaterial.withTemporaryFolder { folder in
      _ = try run(EchoModel(), in: folder)
      let method = #expect(throws: EvaluationError.self) {
        try run(EchoModel(method: "baseline"), in: folder)
      }
      #expect(method?.code == .runChanged)
      #expect(
        method?.message.contains(
          "the model's method was \"proxyv\" when this run was started and is \"baseline\" now")
          == true)
      var asked = EchoBenchmark()
      asked.question = "tell me"
      let prompt = #expect(throws: EvaluationError.self) {
        try run(EchoModel(), in: folder, benchmark: asked)
      }
      #expect(prompt?.message.contains("the data or the prompts") == true)
    }
  }

  @Test func freshSetsTheOldRunAside() throws {
    try TestMaterial.withTemporaryFolder { folder in
      _ = try run(EchoModel(), in: folder)
      let scores = try run(EchoModel(method: "baseline"), in: folder) { $0.fresh = true }
      #expect(scores.manifest.model["method"] == "baseline")
      #expect(try RunDirectory(opening: folder + "/run.before-1").entries().count == 12)
    }
  }

  @Test func scoringWritesFilesThatRepeatTheScores() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = EchoModel()
      model.failing = ["0"]
      let scores = try run(model, in: folder)
      try ScoredRun(
        RunDirectory(opening: scores.directory), benchmark: EchoBenchmark(),
        profiles: .one(.lmmsEval)
      ).write()
      let written = try JSONNode(contentsOf: folder + "/run/scores.json")
      let failed = try written["ledger"]["failed"].int()
      #expect(failed == 1)
      let samples = try JSONLines.read(folder + "/run/samples.jsonl")
      #expect(samples.count == 12)
      let rule = try samples[0]["rule"].string()
      let score = try samples[1]["score"].double()
      #expect(rule == "failed: test" && score == 1)
    }
  }

  @Test func twoShardsTogetherAreTheWholeRun() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let shards = try (0..<2).map { index in
        let model = EchoModel()
        let shard = try #require(Shard(index: index, count: 2))
        return (model, try run(model, in: folder) { $0.shard = shard })
      }
      #expect(shards[0].1.ledger.missing == 6)
      #expect(shards[1].1.ledger.answered == 12 && shards[1].1.ledger.duplicate == 0)
    }
  }
}
