import Benchmarks
import DataFormats
import Foundation
import Metrics
import TestSupport
import Testing

/// What people read before they type, and what a shell offers while they do.
@Suite struct HelpProgramTests {
  /// A command with its help, from the program itself.
  struct Command: CustomTestStringConvertible {
    let name: String
    let discussion: String
    var testDescription: String { name }

    /// The first call that the help shows.
    var example: String? {
      let mark = "proxyv-eval \(name == "run-status" ? "run --status" : name)"
      return discussion.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .first { $0.hasPrefix("Example: " + mark) || $0.hasPrefix(mark) }
        .map { $0.hasPrefix("Example: ") ? String($0.dropFirst(9)) : $0 }
    }
  }

  static let commands: [Command] = {
    func leaves(_ node: JSONValue, _ path: [String]) -> [Command] {
      let below = node["subcommands"]?.arrayValue ?? []
      if below.isEmpty {
        let discussion = node["discussion"]?.stringValue ?? ""
        return [Command(name: path.joined(separator: " "), discussion: discussion)]
      }
      return below.flatMap { leaves($0, path + [$0["commandName"]?.stringValue ?? ""]) }
    }
    guard let help = try? Program.run(["--experimental-dump-help"]).output,
      let command = try? JSONValue.parse(help)["command"]
    else { return [] }
    return leaves(command, []).filter { $0.name != "help" }
  }()

  @Test func `there are commands`() { #expect(Self.commands.count > 30) }

  @Test(arguments: commands)
  func `the help shows a call that is no wrong usage`(command: Command) throws {
    let example = try #require(command.example, "\(command.name): \(command.discussion)")
    let folder = try TemporaryFolder()
    let call = "'\(Program.path)'" + example.dropFirst("proxyv-eval".count)
    // Its files are absent here, which is an error; what needs none is not waited for.
    let outcome = try ChildProcess.run(
      "/bin/sh", ["-c", "exec " + call], folder: folder.path, atMost: 2)
    // A configuration that is absent is wrong usage too.
    let isUsage = outcome.status == 2 && !outcome.errors.contains("nightly.yml: no such file")
    #expect(outcome.wasSignalled || !isUsage, "\(outcome.errors)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `a shell completes names of benchmarks, profiles and methods`(shell: String) throws {
    let script = try Program.run(["--generate-completion-script", shell]).output
    let names =
      BenchmarkRegistry.all.map(\.name) + Profile.allCases.map(\.rawValue)
      + ["visionzip", "pyramiddrop", "mask-attention", "anyres", "vicuna_v1"]
    for name in names { #expect(script.contains(name), "\(name)") }
  }
}
