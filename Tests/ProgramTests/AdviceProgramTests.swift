import Benchmarks
import Evaluation
import Foundation
import TestSupport
import Testing

/// What a message advises is done, and works.
@Suite struct AdviceProgramTests {
  private static let fixtures = TestMaterial.fixtures

  /// The part of a message that a pattern's first group finds.
  private static func part(_ pattern: String, of outcome: Program.Outcome) throws -> String {
    let match = try Regex(pattern).firstMatch(in: outcome.errors + outcome.output)
    let range = try #require(match?[1].range, "\(outcome.errors)")
    return String((outcome.errors + outcome.output)[range])
  }

  private func expectWorks(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
  }

  /// Two tables of one benchmark, one of them with another name.
  private static func tables() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let table = try String(
      contentsOfFile: fixtures + "/same-data/docvqa/table/DocVQA_VAL.tsv", encoding: .utf8)
    for split in ["VAL", "TEST"] { try folder.write(table, to: "DocVQA_\(split).tsv") }
    return folder
  }

  @Test(arguments: [["inspect", "data"], ["doctor", "data"]])
  func `of several files one is chosen by either flag`(command: [String]) throws {
    let folder = try Self.tables()
    let outcome = try Program.run(command + [folder.path, "--benchmark", "docvqa"])
    #expect(outcome.status == 1)
    _ = try Self.part("(choose one with --file or --split)", of: outcome)
    let file = try Self.part("are DocVQA: ([^,]+),", of: outcome)
    try expectWorks(command + [folder.path, "--benchmark", "docvqa", "--file", file])
    try expectWorks(command + [folder.path, "--benchmark", "docvqa", "--split", "val"])
  }

  @Test func `the splits that there are can be asked`() throws {
    let data = Self.fixtures + "/same-data/refcoco/release"
    let outcome = try Program.run(["doctor", "data", data, "--split", "foo"])
    expectOneSentence(outcome, status: 1, mentions: ["no split \"foo\""])
    try expectWorks(
      ["doctor", "data", data, "--split", Self.part("it has \"([^\"]+)\"", of: outcome)])
  }

  @Test func `a key that is not read may be named wherever a checkpoint is`() throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model"
    try Program.copy(try Program.tinyModel.get(), to: model)
    let path = model + "/config.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(text.replacing("{", with: "{\"new_kind_of_norm\": true,", maxReplacements: 1).utf8)
      .write(to: URL(fileURLWithPath: path))
    let image = Self.fixtures + "/images/subsampling_420.jpg"
    for command in [["inspect", "model", model], ["inspect", "image", image, "--model", model]] {
      let outcome = try Program.run(command)
      expectOneSentence(outcome, status: 1, mentions: ["new_kind_of_norm"])
      let advice = try Self.part("add (--ignore-config-key [A-Za-z_]+)", of: outcome)
      try expectWorks(command + advice.split(separator: " ").map(String.init))
    }
  }

  @Test func `answers to another benchmark are scored as that one's`() throws {
    let answers = Self.fixtures + "/answers/vlmevalkit/model_ChartQA_TEST.xlsx"
    let outcome = try Program.run(["score", "docvqa", "--answers", answers])
    expectOneSentence(outcome, status: 1, mentions: ["these are answers to ChartQA"])
    let advice = try Self.part("use `(score [a-z]+)`", of: outcome)
    try expectWorks(advice.split(separator: " ").map(String.init) + ["--answers", answers])
  }

  @Test func `the flag that a message fills in reads the file`() throws {
    let folder = try TemporaryFolder()
    let answers = try folder.write(
      #"[{"qid": 7, "response": "a", "pred": "b", "gt": ["a"], "query": "which?"}]"#,
      to: "answers.json")
    let outcome = try Program.run(["score", "docvqa", "--answers", answers])
    expectOneSentence(outcome, status: 1, mentions: ["their keys are"])
    let fields = try Self.part("--fields ([^ \n]+)", of: outcome)
    try expectWorks(["score", "docvqa", "--answers", answers, "--fields", fields])
  }

  @Test(arguments: ["", ",", "all", "docvqa,all", "docvqa,chartqa", "docvqq"])
  func `one benchmark is named where one is meant`(name: String) throws {
    let folder = try TemporaryFolder()
    let answers = Self.fixtures + "/answers/vlmevalkit/model_DocVQA_VAL.tsv"
    for command in [
      ["import", name, "--answers", answers, "--output", folder.path + "/run"],
      ["score", name, "--answers", answers],
      ["doctor", "data", Program.samples, "--benchmark", name],
      ["inspect", "data", Program.samples, "--benchmark", name],
    ] {
      let outcome = try Program.run(command)
      #expect(outcome.status == 2 && !outcome.wasSignalled, "\(command): \(outcome.errors)")
      let says = ["`list` shows them", "is not one benchmark", "did you mean \"docvqa\""]
      #expect(says.contains(where: outcome.errors.contains), "\(outcome.errors)")
    }
    try expectWorks(["list"])
  }

  @Test func `an incomplete run that was imported is exported by the flag that is named`() throws {
    let folder = try TemporaryFolder()
    let data = Program.samples + "/docvqa"
    let first = try #require(try OpenedData(DocVQA(), path: data).samples.first)
    let answers = try folder.write(
      #"[{"questionId": \#(first.id), "answer": "a"}]"#, to: "answers.json")
    let run = folder.path + "/run"
    try expectWorks(
      ["import", "docvqa", "--answers", answers, "--output", run, "--data", data])
    let export = ["export", run, "--format", "rrc", "--output", folder.path + "/out.json"]
    let outcome = try Program.run(export)
    expectOneSentence(outcome, status: 1, mentions: ["import the whole of them"])
    #expect(!outcome.errors.contains("--retry-failed"))
    try expectWorks(export + [Self.part("(--allow-incomplete)", of: outcome)])
  }

  /// Numbers beyond every range, wherever one is taken.
  @Test(arguments: ["1e300", "inf", "nan", "-inf", "99999999999999999999", "-1e300"])
  func `a number beyond its range is refused and traps nothing`(number: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.runArguments(["docvqa"], output: folder.path + "/run")
    let served = [
      "run", "docvqa", "--model", "http://127.0.0.1:9", "--data", Program.samples, "--output",
      folder.path + "/served",
    ]
    let flags = [
      "--request-time-limit", "--question-time-limit", "--run-time-limit", "--retry-delay",
      "--price-in", "--max-cost", "--concurrency", "--retries",
    ]
    let commands =
      ["--limit", "--offset", "--threads"].map { run + ["\($0)=\(number)"] }
      + flags.map { served + ["\($0)=\(number)"] }
      + ["--level", "--alpha", "--margin", "--draws", "--seed"].map {
        ["compare", folder.path, folder.path, "\($0)=\(number)"]
      }
    for command in commands {
      let outcome = try Program.run(command)
      #expect(outcome.status == 2 || outcome.status == 1, "\(command): \(outcome.errors)")
      #expect(!outcome.wasSignalled, "\(command): \(outcome.errors)")
    }
  }
}
