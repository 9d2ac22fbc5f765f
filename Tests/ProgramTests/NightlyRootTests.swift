import DataFormats
import Foundation
import TestSupport
import Testing

/// Who may write where a night is kept, and nights that several processes answer.
@Suite(.serialized) struct NightlyRootTests {
  @Test func `of two nightlies on one root the second says who holds it`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - docvqa")
      let first = try ChildProcess(Program.path, ["nightly", "run", plan.file], output: .null)
      for _ in 0..<3000 {
        let text = try? readFile(plan.root + "/nightly.lock")
        if let text, !text.isEmpty { break }
        usleep(10_000)
      }
      expectOneSentence(
        try plan.run(), status: 1,
        mentions: ["another nightly works here", "process \(first.processIdentifier)"])
      first.send(SIGKILL)
      first.wait()
    }
  }

  @Test func `a root that cannot be written is said before anything is asked`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: docvqa, limit: 1}")
      expectOneSentence(
        try plan.run(["--output", "/proc/nights"]), status: 1, mentions: ["/proc/nights"])
      let check = try Program.run(["nightly", "check", plan.file, "--output", "/proc/nights"])
      #expect(check.status == 1 && check.output.contains("problem: "), "\(check.output)")
    }
  }

  @Test func `a night in shards, one of them killed, is closed as one that ran whole`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(
        in: folder, benchmarks: "  - {name: docvqa, limit: 9}\n  - {name: chartqa, limit: 4}")
      try #require(try plan.run().status == 0)
      let first = try #require(try plan.nights.first)
      #expect(try plan.pin(first).status == 0)
      let begun = try Program.run(["nightly", "begin", plan.file])
      let second = try #require(
        begun.output.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: "/").last
          .map(String.init))
      _ = try Program.run(
        ["nightly", "run", plan.file, "--night", second, "--shard", "2/3"], killAfter: 0.6)
      for shard in ["3/3", "2/3"] {
        let outcome = try plan.run(["--night", second, "--shard", shard])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let status = try Program.run(["nightly", "status", plan.file])
      #expect(status.output.contains("shards to go: 1/3"), "\(status.output)")
      let close = ["nightly", "close", plan.file, "--night", second]
      let early = try Program.run(close)
      #expect(early.status == 101 && early.output.hasPrefix("INCOMPLETE "), "\(early.output)")
      #expect(early.output.contains("missing"), "\(early.output)")

      #expect(try plan.run(["--night", second, "--shard", "1/3"]).status == 0)
      let closed = try Program.run(close)
      #expect(closed.status == 0 && closed.output.hasPrefix("IDENTICAL "), "\(closed.output)")
      for part in ["tiny/docvqa", "tiny/chartqa"] {
        #expect(
          try readFile(plan.run(second, part) + "/scores.json")
            == readFile(plan.run(first, part) + "/scores.json"))
      }
      expectOneSentence(
        try plan.run(["--shard", "1/3"]), status: 2, mentions: ["--night", "nightly begin"])
      expectOneSentence(
        try plan.run(["--night", "2020-01-01", "--shard", "1/3"]), status: 1,
        mentions: ["no night \"2020-01-01\""])
    }
  }
}
