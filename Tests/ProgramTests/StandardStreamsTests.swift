import DataFormats
import Foundation
import TestSupport
import Testing

/// Every command with standard output and standard error that cannot be written.
@Suite(.serialized) struct StandardStreamsTests {
  static let commands = EveryCommand.quick

  /// Runs a command with a redirection of the shell.
  private func run(
    _ command: String, _ redirection: String
  ) throws -> (
    status: Int32, output: String, errors: String
  ) {
    let folder = try TemporaryFolder()
    let words = try EveryCommand.words(command, output: folder.path + "/out")
    let streams = "</dev/null >'\(folder.path)/o' 2>'\(folder.path)/e'"
    let ending = try ChildProcess(
      "/bin/sh", ["-c", "exec \(streams) '\(Program.path)' \(words) \(redirection)"]
    ).wait()
    try #require(!ending.wasSignalled, "\(command) \(redirection) was killed")
    return (
      ending.status, try String(contentsOfFile: folder.path + "/o", encoding: .utf8),
      try String(contentsOfFile: folder.path + "/e", encoding: .utf8)
    )
  }

  @Test func `every command of the program is looked at here`() throws {
    let help = try JSONNode(
      JSONValue.parse(try Program.run(["--experimental-dump-help"]).output))
    func leaves(_ node: JSONNode, _ path: [String]) throws -> [String] {
      let below = node.value["subcommands"]?.arrayValue ?? []
      if below.isEmpty { return [path.joined(separator: " ")] }
      return try below.flatMap { command in
        try leaves(JSONNode(command), path + [JSONNode(command)["commandName"].string()])
      }
    }
    let all = try leaves(help["command"], []).filter { $0 != "help" }
    for command in all {
      let isQuick = EveryCommand.quick.contains { ($0 + " ").hasPrefix(command + " ") }
      let isLeftOut = EveryCommand.leftOut[command] != nil
      #expect(isQuick != isLeftOut, "\(command)")
    }
    for command in EveryCommand.leftOut.keys { #expect(all.contains(command)) }
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
    if redirection == "<&-", command.contains("<") { return }
    let outcome = try run(command, redirection)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
  }

  @Test(arguments: commands)
  func `a terminal that is gone is exit code 1 and no signal`(command: String) throws {
    let folder = try TemporaryFolder()
    let words = try EveryCommand.words(command, output: folder.path + "/out")
    let child = try ChildProcess(
      "/bin/sh", ["-c", "read line; exec '\(Program.path)' \(words)"], input: .pipe,
      output: .terminal(columns: 80))
    child.hangUp()
    child.write("go\n")
    child.closeInput()
    let ending = child.wait()
    #expect(ending.status == 1 && !ending.wasSignalled)
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
