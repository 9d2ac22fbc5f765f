import ArgumentParser
import Benchmarks
import Evaluation
import Metrics
import Reporting

/// Runs named on the command line, scored.
struct ScoringOptions: ParsableArguments {
  @Argument(help: "Run directories, or folders that hold them.") var runs: [String]
  @Option(name: .long, help: "The rule set to score with.") var profile = Profile.lmmsEval.rawValue
  @Flag(name: .long, help: "Print JSON.") var json = false

  func validate() throws {
    if runs.isEmpty { throw ValidationError("name at least one run directory") }
  }

  func scored() throws -> [(scores: RunScores, benchmark: any Benchmark)] {
    let profile = try usage { try Profile.named(self.profile) }
    return try runs.flatMap { try RunDirectory.all(in: $0) }.map { run in
      let benchmark = try BenchmarkRegistry.named(run.manifest.benchmark)
      return (try RunScores(run, benchmark: benchmark, profile: profile), benchmark)
    }
  }
}

/// `score`: scores run directories again, under any profile, without the model and without the data.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Scores run directories and writes scores.json and samples.jsonl into them.")

  @OptionGroup var options: ScoringOptions

  func run() throws {
    let reports = try options.scored()
    for report in reports { try report.scores.write() }
    print(options.json ? ScoreReport.json(reports).text(indented: true) : ScoreReport.markdown(reports), terminator: "")
  }
}
