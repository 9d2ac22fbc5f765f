import ArgumentParser
import Benchmarks
import Evaluation
import Metrics
import Reporting

/// `merge`: joins directories of one run, and scores what came together.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins directories of one run: shards that were answered in folders of their own.",
    discussion: """
      Each RUN is a run directory or a folder that holds one per benchmark. What does not \
      belong together (model, method, \
      prompts, questions) is refused and named; a question that was answered twice must have \
      the same answer.

      Example: proxyv-eval merge runs/shard-1 runs/shard-2 --output runs/all
      """)

  @Argument(help: "Run directories, or folders that hold them.") var runs: [String]
  @Option(name: .long, help: "The folder that gets one joined run directory per benchmark.")
  var output: String
  @Flag(name: .long, help: "Rename a run that is there already.") var fresh = false
  @Option(name: .long, help: "The rule set to score with, or all.", completion: .profiles)
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions

  func validate() throws {
    if runs.isEmpty { throw ValidationError("name at least one run directory") }
  }

  func run() throws {
    let profiles = try usage { try ProfileSelection.named(profile) }
    let directories = try runs.flatMap { try RunDirectory.all(in: $0) }
    var names: [String] = []
    for run in directories where !names.contains(run.manifest.benchmark) {
      names.append(run.manifest.benchmark)
    }
    // All are joined before anything is written: a refusal leaves nothing behind.
    let benchmarks = try names.map { scoringSpace.applied(to: try BenchmarkRegistry.named($0)) }
    try scoringSpace.check(benchmarks)
    let merges = try benchmarks.map { benchmark in
      (benchmark, try RunMerge(directories.filter { $0.manifest.benchmark == benchmark.name }))
    }
    if !fresh { for name in names { try RunMerge.checkIsFree(output + "/" + name) } }
    let scored = try merges.map { benchmark, merge in
      let run = try merge.write(to: output + "/" + benchmark.name, fresh: fresh)
      if merge.repeated > 0 {
        note(
          """
          \(benchmark.title): \(merge.repeated) questions were answered twice, with the same \
          answers
          """
        )
      }
      let scored = try ScoredRun(run, benchmark: benchmark, profiles: profiles)
      try scored.write()
      if let ledger = scored.scores.first?.ledger { note("\(benchmark.title): \(ledger.summary)") }
      return scored
    }
    try TableOptions.show(ScoreReport.tables(scored, details: false), format: nil)
  }
}
