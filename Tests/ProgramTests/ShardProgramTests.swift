import DataFormats
import Foundation
import TestSupport
import Testing

/// Many processes, one run: whoever answers which part, the scores are the same bytes.
@Suite(.serialized) struct ShardProgramTests {
  // Merged runs are shown by name.
  private static let benchmarks = ["chartqa", "docvqa", "textvqa"]

  private func derived(_ output: String) throws -> [[UInt8]] {
    try Self.benchmarks.flatMap { benchmark in
      try ["scores.json", "samples.jsonl"].map { try readFile("\(output)/\(benchmark)/\($0)") }
    }
  }

  @Test func `sixteen shards in any order, two killed and continued, equal one run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let whole = try Program.run(
        Program.runArguments(Self.benchmarks, output: folder + "/whole"))
      try #require(whole.status == 0, "\(whole.errors)")
      let shards = (1...16).shuffled()
      for (place, shard) in shards.enumerated() {
        // Half of them share a folder, the others have one of their own.
        let output = folder + (shard % 2 == 0 ? "/shared" : "/own-\(shard)")
        let arguments =
          try Program.runArguments(Self.benchmarks, output: output) + ["--shard", "\(shard)/16"]
        if place < 2 { try Program.run(arguments, killAfter: 0.25) }
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let folders = shards.filter { $0 % 2 == 1 }.map { "\(folder)/own-\($0)" }
      let merged = try Program.run(
        ["merge", folder + "/shared"] + folders + ["--output", folder + "/merged"])
      #expect(merged.status == 0, "\(merged.errors)")
      #expect(merged.output == whole.output)
      #expect(try derived(folder + "/merged") == derived(folder + "/whole"))

      // Without one of them the score is PARTIAL, and the shard is named: the first as any other,
      // though a merged run begins with it.
      let absent = 1
      let partial = try Program.run(
        ["merge", folder + "/shared"] + folders.filter { !$0.hasSuffix("-\(absent)") }
          + ["--output", folder + "/partial"])
      #expect(partial.status == 0 && partial.output.contains("PARTIAL"))
      #expect(partial.output.contains("shard \(absent)/16 is missing"))
      let status = try Program.run(["run", "--status", folder + "/partial"])
      #expect(status.status == 0 && status.output.contains("shard \(absent)/16: not begun"))
      // It can be answered where all came together.
      let completed = try Program.run(
        try Program.runArguments(Self.benchmarks, output: folder + "/partial")
          + ["--shard", "\(absent)/16"])
      #expect(completed.status == 0, "\(completed.errors)")
      #expect(try derived(folder + "/partial") == derived(folder + "/whole"))
    }
  }

  @Test func `shards that run at once in one folder equal one run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let whole = try Program.run(Program.runArguments(["docvqa"], output: folder + "/whole"))
      try #require(whole.status == 0, "\(whole.errors)")
      let all = try (1...4).map { shard in
        try ChildProcess(
          Program.path,
          Program.runArguments(["docvqa"], output: folder + "/parts")
            + ["--shard", "\(shard)/4"], output: .null)
      }
      for child in all { #expect(child.wait().status == 0) }
      let scored = try Program.run(["score", folder + "/parts/docvqa"])
      #expect(scored.output == whole.output)
      #expect(
        try readFile(folder + "/parts/docvqa/scores.json")
          == readFile(folder + "/whole/docvqa/scores.json"))
    }
  }

  @Test(arguments: ["17/16", "0/16", "3", "a/b", "1/0", "-1/4", "1/1000000"])
  func `a shard that there is not is refused`(_ shard: String) throws {
    let outcome = try Program.run(
      Program.runArguments(["docvqa"], output: "/nonexistent") + ["--shard=" + shard])
    expectOneSentence(outcome, status: 2, mentions: ["shard"])
  }

  @Test func `what does not belong together is refused and named`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      func run(
        _ output: String, _ more: [String], data: String? = nil
      ) throws -> Program.Outcome {
        try Program.run(
          Program.runArguments(
            ["docvqa"], output: "\(folder)/\(output)", data: data ?? Program.samples) + [
              "--limit", "4",
            ] + more)
      }
      #expect(try run("a", ["--shard", "1/2"]).status == 0)
      expectOneSentence(
        try run("a", ["--shard", "1/3"]), status: 1, mentions: ["split into 2 shards", "--shard"])
      expectOneSentence(
        try run("a", ["--shard", "1/2", "--fresh"]), status: 2, mentions: ["--fresh", "--shard"])
      #expect(try run("b", ["--shard", "2/2", "--method", "baseline"]).status == 0)
      let merged = try Program.run(
        ["merge", folder + "/a", folder + "/b", "--output", folder + "/ab"])
      expectOneSentence(
        merged, status: 1, mentions: ["the model's method is \"baseline\" here", "/a/docvqa"])
      #expect(!FileManager.default.fileExists(atPath: folder + "/ab"))

      // Other prompts: the question is named, and where it differs.
      let data = folder + "/data"
      try Program.copy(Program.samples + "/docvqa", to: data)
      let questions = data + "/val_v1.0_withQT.json"
      let reworded = String(decoding: try readFile(questions), as: UTF8.self)
        .replacing("Who has signed the letter?", with: "Who has signed this letter?")
      try Data(reworded.utf8).write(to: URL(fileURLWithPath: questions))
      #expect(try run("d", ["--shard", "2/2"], data: data).status == 0)
      expectOneSentence(
        try Program.run(["merge", folder + "/a", folder + "/d", "--output", folder + "/ad"]),
        status: 1,
        mentions: ["the prompt of question \"70001\" is", "signed this letter", "signed the lett"])

      // Nothing is written where one of the outputs is taken.
      let two = try Program.run(
        Program.runArguments(["chartqa", "docvqa"], output: folder + "/two") + ["--limit", "1"])
      #expect(two.status == 0, "\(two.errors)")
      try FileManager.default.createDirectory(
        atPath: folder + "/taken", withIntermediateDirectories: true)
      try Program.copy(folder + "/two/docvqa", to: folder + "/taken/docvqa")
      expectOneSentence(
        try Program.run(["merge", folder + "/two", "--output", folder + "/taken"]), status: 1,
        mentions: ["/taken/docvqa", "there is a run already"])
      #expect(!FileManager.default.fileExists(atPath: folder + "/taken/chartqa"))

      // The same question, answered differently.
      #expect(try run("c", ["--shard", "1/2"]).status == 0)
      let log = folder + "/c/docvqa/answers/answers.0-of-2.jsonl"
      let changed = String(decoding: try readFile(log), as: UTF8.self)
        .replacing("\"stop_reason\":\"length\"", with: "\"stop_reason\":\"end\"")
      try Data(changed.utf8).write(to: URL(fileURLWithPath: log))
      let differing = try Program.run(
        ["merge", folder + "/a", folder + "/c", "--output", folder + "/ac"])
      expectOneSentence(
        differing, status: 1, mentions: ["answered twice and differently", "70001"])
    }
  }
}
