import Foundation
import TestSupport
import Testing

/// Every command with standard output and standard error that cannot be written.
@Suite(.serialized) struct StandardStreamsTests {
  /// A run over two questions, made once.
  private static let made: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      Program.runArguments(["docvqa"], output: folder.path + "/runs") + ["--limit", "2"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  /// Commands that end with 0 and print something.
  static let commands = [
    "--help", "--version", "list", "list methods", "report RUN", "score RUN", "score RUN --json",
    "export RUN --format lmms-eval --output OUT", "doctor data SAMPLES/docvqa",
    "inspect data SAMPLES/docvqa", "inspect model MODEL",
    "answer --model MODEL --prompt hello --max-new-tokens 2",
    "run docvqa --model MODEL --data SAMPLES/docvqa --aspect pad --limit 2 --output OUT",
  ]

  /// Runs a command with a redirection of the shell.
  private func run(
    _ command: String, _ redirection: String
  ) throws -> (
    status: Int32, output: String, errors: String
  ) {
    let folder = try TemporaryFolder()
    let made = try Self.made.get().path
    let words = try command.replacing("RUN", with: made + "/runs/docvqa")
      .replacing("SAMPLES", with: Program.samples).replacing("OUT", with: folder.path + "/out")
      .replacing("MODEL", with: Program.tinyModel.get())
    let streams = ">'\(folder.path)/o' 2>'\(folder.path)/e' </dev/null \(redirection)"
    let ending = try ChildProcess(
      "/bin/sh", ["-c", "exec '\(Program.path)' \(words) \(streams)"]
    ).wait()
    try #require(!ending.wasSignalled, "\(command) \(redirection) was killed")
    return (
      ending.status, try String(contentsOfFile: folder.path + "/o", encoding: .utf8),
      try String(contentsOfFile: folder.path + "/e", encoding: .utf8)
    )
  }

  @Test(arguments: commands, [">/dev/full", ">&-"])
  func `what cannot be printed is exit code 1 and said`(
    command: String, redirection: String
  ) throws {
    let outcome = try run(command, redirection)
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("standard output cannot be written"), "\(outcome.errors)")
  }

  @Test(arguments: commands, ["2>/dev/full", "2>&-", "<&-"])
  func `messages that cannot be written end nothing`(
    command: String, redirection: String
  ) throws {
    let outcome = try run(command, redirection)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
  }

  @Test func `a reader that goes away is an error and no signal`() throws {
    let outcome = try ChildProcess.run(
      "/bin/bash",
      ["-c", "{ sleep 0.3; '\(Program.path)' list 2>/dev/null; echo $? >&3; } 3>&2 | true"])
    #expect(outcome.errors == "1\n")
  }

  @Test(arguments: ["", ","])
  func `empty values are wrong usage`(value: String) throws {
    let folder = try TemporaryFolder()
    let arguments = try Program.runArguments(["docvqa"], output: folder.path + "/out")
    let samples = try Program.run(arguments + ["--samples", value])
    #expect(samples.status == 2 && samples.errors.contains("--samples"), "\(samples.errors)")
    #expect(folder.names.isEmpty)
    guard value.isEmpty else { return }
    let output = try Program.run(try Program.runArguments(["docvqa"], output: ""))
    #expect(output.status == 2 && output.errors.contains("--output"), "\(output.errors)")
    let beyond = try Program.run(arguments + ["--offset", "99999"])
    #expect(beyond.status == 1 && beyond.errors.contains("99999"), "\(beyond.errors)")
    #expect(folder.names.isEmpty)
  }

  @Test func `names from data reach no terminal raw`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"""
      {"data": [{"questionId": 1, "question": "q", "image": "documents/\u001b[2J\u202ered\nproxyv-eval: fake\n.png",
       "docId": 1, "answers": ["a"], "data_split": "val"}]}
      """#, to: "val_v1.0_withQT.json")
    for command in [["doctor", "data"], ["inspect", "data"]] {
      let outcome = try Program.run(command + [folder.path, "--benchmark", "docvqa"])
      for text in [outcome.output, outcome.errors] {
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"), "\(text)")
        #expect(!text.contains("\nproxyv-eval: fake"), "\(text)")
      }
    }
  }
}
