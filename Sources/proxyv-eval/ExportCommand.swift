import ArgumentParser
import Benchmarks
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

/// `export`: writes a run's answers as other programs and evaluation servers want them.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Writes a run's answers for lmms-eval's tools, for evaluation servers, or for official tools.",
    discussion: BenchmarkRegistry.exports.all.map { format in
      let benchmarks = BenchmarkRegistry.exports.benchmarks(for: format)
      let titles = benchmarks.map { " (\($0.map(\.title).joined(separator: ", ")))" } ?? ""
      return format.name.padding(toLength: 12, withPad: " ", startingAt: 0) + format.summary
        + titles
    }.joined(separator: "\n")
      + "\n\nExample: proxyv-eval export runs/docvqa --format lmms-eval --output exported")

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var runFolder: String
  @Option(name: .long, help: "The form to write: one of those above.") var format: String
  @Option(name: .long, help: "The file (rrc, evalai) or folder (lmms-eval, mme) to write.")
  var output: String
  @Option(
    name: .long, help: "The rule set of the scores in lmms-eval's files.", completion: .profiles)
  var profile =
    Profile.lmmsEval.rawValue

  @Flag(name: .long, help: "Write a run with failed or missing samples too, with empty answers.")
  var allowIncomplete = false

  func validate() throws { try checkIsNotEmpty(output, "--output") }

  func run() throws {
    let format = try usage { try BenchmarkRegistry.exports.named(self.format) }
    let profile = try usage { try Profile.named(self.profile) }
    if format.name != AnswerExport.lmmsEval.name {
      try GivenOptions().refuse(
        ["--profile"], "on \(format.name), which holds no scores; it goes with lmms-eval")
    }
    let directory = try theRun()
    let benchmark = try BenchmarkRegistry.named(directory.manifest.benchmark)
    let scores = try RunScores(directory, benchmark: benchmark, profile: profile)
    if !allowIncomplete { try BenchmarkRegistry.exports.checkIsWhole(scores, for: format) }
    let files = try BenchmarkRegistry.exports.write(
      directory, scores: scores, benchmark: benchmark, as: format, to: output,
      stamp: Self.stamp(Date()))
    note("\(benchmark.title): \(scores.ledger.summary)")
    for file in files { print(file) }
  }

  /// The one run in the folder, at any depth.
  private func theRun() throws -> RunDirectory {
    let runs = try RunDirectory.all(in: runFolder)
    guard runs.count == 1 else {
      throw EvaluationError(
        .invalidData,
        """
        there are \(runs.count) runs below; name one: \
        \(runs.prefix(3).map(\.path).joined(separator: ", "))
        """,
        at: Location(file: runFolder))
    }
    return runs[0]
  }

  /// The local time as lmms-eval writes it.
  private static func stamp(_ date: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    return String(
      format: "%04d%02d%02d_%02d%02d%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
      parts.hour ?? 0, parts.minute ?? 0,
      parts.second ?? 0)
  }
}
