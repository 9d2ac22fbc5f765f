import Evaluation
import EvaluationTestSupport
import TestSupport
import Testing

/// When a run of failures ends.
@Suite struct FailingRunTests {
  private func runner(_ folder: String, count: Int = 60) -> Runner {
    Runner(
      benchmark: EchoBenchmark(), data: EchoBenchmark.data(count: count),
      outputFolder: folder + "/run")
  }

  @Test func `twenty failures and no answer stop a run`() throws {
    let folder = try TemporaryFolder()
    let model = EchoModel()
    model.failing = Set((0..<60).map(String.init))
    let error = #expect(throws: EvaluationError.self) {
      try runner(folder.path).run(model, progress: SilentProgress())
    }
    #expect(error?.code == .allFailed)
    // Images have three questions each: the group that reaches twenty is finished.
    #expect(model.groups.count == 7)
  }

  @Test func `one answer among the first is enough to go on`() throws {
    let folder = try TemporaryFolder()
    let model = EchoModel()
    model.failing = Set((0..<60).map(String.init)).subtracting(["7"])
    #expect(try runner(folder.path).run(model, progress: SilentProgress()).failed == 59)
  }

  @Test func `whoever wants to go on goes on`() throws {
    let folder = try TemporaryFolder()
    let model = EchoModel()
    model.failing = Set((0..<60).map(String.init))
    var runner = runner(folder.path)
    runner.keepGoing = true
    let summary = try runner.run(model, progress: SilentProgress())
    #expect(summary.failed == 60)
    let scored = try summary.scored(EchoBenchmark(), profiles: .one(.lmmsEval))
    let error = #expect(throws: EvaluationError.self) { try scored.checkHasAnswers() }
    #expect(error?.code == .allFailed && error?.description.contains("all 60") == true)
  }
}
