import DataFormats
import Foundation
import TestSupport
import Testing

/// Two processes on one output: the first is stopped in the middle of its answers while the second
/// does all it can.
@Suite(.serialized) struct TwoProcessesTests {
  /// Starts a run, stops it after its first answers, calls `body`, lets it go on to its end.
  private func during(
    _ arguments: [String], log: String, _ body: () throws -> Void
  ) throws -> Int32 {
    let child = try ChildProcess(Program.path, arguments, output: .null)
    while child.isRunning, ((try? readFile(log)) ?? []).isEmpty { usleep(2_000) }
    child.send(SIGSTOP)
    defer { child.send(SIGCONT) }
    try body()
    child.send(SIGCONT)
    return child.wait().status
  }

  @Test func `nothing that a second process does touches a run that is being answered`() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/out"
    let run = try Program.runArguments(["docvqa"], output: output)
    let manifest = output + "/docvqa/run.json"
    let log = output + "/docvqa/answers/answers.0-of-1.jsonl"
    let status = try during(run + ["--limit", "12"], log: log) {
      let before = try readFile(manifest)
      for second in [
        run, run + ["--fresh"], run.map { $0 == "pad" ? "square" : $0 } + ["--fresh"],
        run.map { $0 == "pad" ? "square" : $0 }, run + ["--limit", "3", "--retry-failed"],
      ] {
        let outcome = try Program.run(second)
        expectOneSentence(outcome, status: 1, mentions: ["another process is writing this run"])
        #expect(try readFile(manifest) == before)
      }
      // Reading is always possible.
      #expect(try Program.run(["report", output]).status == 0)
    }
    #expect(status == 0)
    #expect(folder.names == ["out"])
    let ledger = try JSONNode(contentsOf: output + "/docvqa/scores.json")["ledger"]
    #expect(try ledger["selected"].int() == 12 && ledger["answered"].int() == 12)
  }

  @Test func `of two that begin at once one is refused, and the answers are the other's`() throws {
    for _ in 0..<4 {
      let folder = try TemporaryFolder()
      let arguments = try Program.runArguments(["docvqa"], output: folder.path + "/out")
      let children = try ["pad", "square"].map { aspect in
        (
          aspect,
          try ChildProcess(
            Program.path, arguments.map { $0 == "pad" ? aspect : $0 }, output: .null)
        )
      }
      let done = children.filter { $0.1.wait().status == 0 }
      #expect(done.count == 1)
      let recorded = try JSONNode(contentsOf: folder.path + "/out/docvqa/run.json")["model"]
      #expect(try recorded["aspect"].string() == done.first?.0)
    }
  }
}
