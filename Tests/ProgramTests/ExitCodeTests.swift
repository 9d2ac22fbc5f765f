import Foundation
import TestSupport
import Testing

/// The table of situations in docs/exit-codes.md.
@Suite(.serialized) struct ExitCodeTests {
  /// The rows of the second table.
  private static let documented: [String: Int32] = {
    let text =
      (try? String(contentsOfFile: TestMaterial.project + "/docs/exit-codes.md", encoding: .utf8))
      ?? ""
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    return Dictionary(
      rows.compactMap { row in row.count == 2 ? Int32(row[1]).map { (row[0], $0) } : nil },
      uniquingKeysWith: { first, _ in first })
  }()

  private func expect(
    _ situation: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let code = try #require(
      Self.documented[situation], "docs/exit-codes.md lacks \"\(situation)\"",
      sourceLocation: sourceLocation)
    let outcome = try Program.run(arguments)
    #expect(
      outcome.status == code && !outcome.wasSignalled, "\(situation): \(outcome.errors)",
      sourceLocation: sourceLocation)
  }

  @Test func `wrong usage`() throws {
    let situation = "an unknown option, subcommand, benchmark or profile"
    let folder = try TemporaryFolder()
    let run = try Program.runArguments(["docvqa"], output: folder.path + "/o")
    for arguments in [
      ["report", "--colour"], ["scorre"], run.map { $0 == "docvqa" ? "docqa" : $0 },
      run + ["--profile", "vlmevalkitt"],
    ] { try expect(situation, arguments) }
    let unknown =
      "an unknown name or value of an option: method, aspect, conversation, weights, precision, "
      + "format, layout"
    for (option, value) in [
      ("--method", "proxyvv"), ("--conversation", "vicuna"), ("--weights", "int4"),
      ("--precision", "f16"), ("--data-format", "orignal"),
    ] { try expect(unknown, run + [option, value]) }
    try expect(unknown, run.map { $0 == "pad" ? "padd" : $0 })
    try expect(unknown, ["report", folder.path, "--layout", "papper"])
    let idle = "an option that would have no effect beside the others"
    try expect(idle, ["report", "--published-table", "5", "--details"])
    try expect(idle, ["efficiency", "--flops-only", "--weights", "int8"])
    let missing =
      "a required option that is missing, `help` on a command that there is not, "
      + "`run --status` without a run"
    for arguments in [["run", "docvqa"], ["help", "runn"], ["run", "--status"]] {
      try expect(missing, arguments)
    }
    let empty = "an empty `--output` or `--samples`"
    try expect(empty, try Program.runArguments(["docvqa"], output: ""))
    try expect(empty, run + ["--samples", ","])
    #expect(folder.names.isEmpty)
    try expect("`--help`, `--version`", ["--help"])
    try expect("`--help`, `--version`", ["--version"])
  }

  @Test func `what is not there`() throws {
    let situation = "no such run, data, model or file"
    let folder = try TemporaryFolder()
    let none = folder.path + "/none"
    let run = try Program.runArguments(["docvqa"], output: folder.path + "/o")
    for arguments in [
      ["report", none], ["score", none], ["export", none, "--format", "rrc", "--output", none],
      ["inspect", "model", none], ["inspect", "image", none],
      try Program.runArguments(["docvqa"], output: folder.path + "/o", data: none),
      ["answer", "--model", none, "--prompt", "x"],
    ] { try expect(situation, arguments) }
    try expect(
      "`--offset` beyond the end of the data, an unknown id in `--samples`",
      run + ["--offset", "4000"])
    try expect(
      "`--offset` beyond the end of the data, an unknown id in `--samples`",
      run + ["--samples", "nobody"])
  }

  @Test func `runs and what becomes of them`() throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    try Program.copy(Program.samples + "/docvqa", to: data)
    let run = try Program.runArguments(["docvqa"], output: folder.path + "/o", data: data)
    try expect("a run of which every sample is answered", run + ["--limit", "2"])
    try expect(
      "the run directory was made by another model or with other questions",
      run.map { $0 == "pad" ? "square" : $0 })
    let questions = folder.path + "/o/docvqa/questions.jsonl"
    try Data("{}\n".utf8).write(to: URL(fileURLWithPath: questions))
    try expect("the log or `questions.jsonl` is damaged", ["report", folder.path + "/o"])

    // One unreadable image of several.
    let images = data + "/documents"
    let names = try FileManager.default.contentsOfDirectory(atPath: images).sorted()
    try Data().write(to: URL(fileURLWithPath: images + "/" + names[0]))
    let some = run.map { $0.hasSuffix("/o") ? folder.path + "/some" : $0 }
    try expect("a run of which some samples failed, without `--fail-on-error`", some)
    try expect(
      "a run of which more samples failed than `--fail-on-error` allows",
      some + ["--fail-on-error", "0"])
    for name in names { try Data().write(to: URL(fileURLWithPath: images + "/" + name)) }
    try expect(
      "a run of which every sample failed",
      run.map { $0.hasSuffix("/o") ? folder.path + "/all" : $0 } + ["--limit", "3"])
  }

  @Test func `a key that is not read`() throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model"
    try Program.copy(try Program.tinyModel.get(), to: model)
    let path = model + "/config.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(text.replacing("{", with: "{\"new_kind_of_norm\": true,", maxReplacements: 1).utf8)
      .write(to: URL(fileURLWithPath: path))
    let answer = ["answer", "--model", model, "--prompt", "hello", "--max-new-tokens", "1"]
    try expect("a key of `config.json` that is not read and may change answers", answer)
    let advised = try Program.run(answer + ["--ignore-config-key", "new_kind_of_norm"])
    #expect(advised.status == 0, "\(advised.errors)")
  }
}
