import ArgumentParser
import DataFormats
import Evaluation
import Foundation

/// `run --status RUN`: how far a run is, shard by shard; whoever answers it is not disturbed.
struct RunStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-status",
    abstract: "Says how far runs are, shard by shard (run --status RUN).",
    discussion: "Example: proxyv-eval run --status runs/night", shouldDisplay: false)

  @Argument(help: "Run directories, or folders that hold them.") var runs: [String] = []
  @Flag(name: .long, help: "Print JSON.") var json = false

  func validate() throws {
    if runs.isEmpty {
      throw ValidationError(
        "run --status needs the run that it is to look at, for example: run --status runs/night")
    }
  }

  func run() throws {
    let states = try runs.flatMap { try RunDirectory.all(in: $0) }.map { try RunStatus($0) }
    if json {
      print(JSONValue.array(states.map(\.json)).text(indented: true), terminator: "")
    } else {
      for state in states { print(state.text(now: Date()), terminator: "") }
    }
  }

  /// `run --status RUN` has nothing else of `run`, whose model and data are required: it is this
  /// command.
  static func rewritten(_ arguments: [String]) -> [String] {
    guard arguments.first == "run",
      let place = arguments.firstIndex(where: { $0 == "--status" || $0.hasPrefix("--status=") })
    else { return arguments }
    var others = Array(arguments.dropFirst())
    let given = others.remove(at: place - 1)
    if given.hasPrefix("--status=") { others.append(String(given.dropFirst("--status=".count))) }
    return ["run-status"] + others
  }
}
