import ArgumentParser
import Benchmarks
import Diagnostics
import Evaluation
import Foundation
import Metrics
import Reporting

/// `run`: answers benchmarks with a model, then scores what was answered.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a model over benchmarks; the same command again continues where it stopped.",
    discussion: """
      Answers are kept under OUTPUT/BENCHMARK, each on disk before the next one starts. With several benchmarks, --data
      names a folder that holds one folder per benchmark.

      run --status RUN says how far a run is, shard by shard, and disturbs no one who answers it.
      """)

  @Argument(help: "The benchmarks, for example: docvqa chartqa.") var benchmarks: [String]
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup(title: "Served models") var servedModel: ServedModelOptions
  @Option(name: .long, help: "The folder with the benchmark's data as downloaded.") var data: String
  @Option(
    name: [.long, .customLong("output-path")],
    help: "The folder that gets one run directory per benchmark.") var output: String
  @Option(
    name: .long, help: "What the run is called; default is the model's folder and its method.")
  var name: String?
  @Option(
    name: .long,
    help: "The layout of the data, where it should not be recognised; `list` shows them.")
  var format: String?
  @OptionGroup var choosing: DataChoiceOptions
  @Option(name: .long, help: "Ask at most this many samples.") var limit: Int?
  @Option(name: .long, help: "Leave out this many samples at the start.") var offset = 0
  @Option(name: .long, help: "Ask only the samples with these ids, separated by commas.")
  var samples: String?
  @Option(
    name: .long,
    help: "Answer one part of the images, 3/16 is the third of sixteen; any number may run at once."
  )
  var shard: String?
  @Flag(name: .long, help: "Start over; the run that is there is renamed, not deleted.") var fresh =
    false
  @Flag(name: .long, help: "Ask samples again that failed.") var retryFailed = false
  @Flag(name: .long, help: "Ask all samples even where the first 20 all fail.") var keepGoing =
    false
  @Option(name: .long, help: "The most failed samples with which the exit code is still 0.")
  var failOnError: Int?
  @Option(
    name: .long,
    help: "The rule set to score with, or all: every one that the benchmark has, and their spread.")
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if offset < 0 { throw ValidationError("--offset must not be negative") }
    try checkIsNotEmpty(output, "--output")
    try checkIsNotEmpty(data, "--data")
    if let samples, samples.split(separator: ",").isEmpty {
      throw ValidationError("--samples names no sample; give ids separated by commas")
    }
    if samples != nil, limit != nil || offset != 0 {
      throw ValidationError("--samples cannot be combined with --limit or --offset")
    }
    if shard != nil, fresh {
      throw ValidationError(
        "--fresh cannot be combined with --shard, since each shard would set aside what the others"
          + " have answered; name another --output")
    }
    if benchmarks.isEmpty { throw ValidationError("name at least one benchmark") }
  }

  func run() throws {
    let profiles = try usage { try ProfileSelection.named(profile) }
    let shard = try usage { try self.shard.map { try Shard($0) } ?? .whole }
    let selected = try benchmarks.map { name in
      scoringSpace.applied(to: try usage { try BenchmarkRegistry.named(name) })
    }
    // The data is read before the model is loaded: a wrong folder should not cost minutes.
    let opened = try selected.map { benchmark in
      var run = try BenchmarkRun(
        benchmark, data: data, layoutName: format, choice: choosing.choice)
      run.selection = Selection(
        offset: offset, limit: limit, ids: samples.map { $0.split(separator: ",").map(String.init) }
      )
      run.fresh = fresh
      run.shard = shard
      run.retryFailed = retryFailed
      run.name = name
      run.environment = modelOptions.runEnvironment
      run.keepGoing = keepGoing
      return run
    }
    for run in opened {
      for finding in try run.findings() { note(finding) }
    }
    let model = try modelOptions.answeringModel(served: servedModel)
    for remark in model.remarks { note(remark) }
    var reports: [ScoredRun] = []
    var failed = 0
    for run in opened {
      let benchmark = run.benchmark
      note(run.dataSummary)
      let scored = try run.answered(
        by: model, in: output + "/" + benchmark.name, profiles: profiles,
        defaultName: modelOptions.runName(model.identity),
        progress: TerminalProgress(title: benchmark.title))
      if let ledger = scored.scores.first?.ledger {
        note("\(benchmark.title): \(ledger.summary)")
        failed += ledger.failed
      }
      reports.append(scored)
      if scored.end != nil { break }
    }
    let end = reports.last?.end
    if let end, end.kind == .fault { throw end.reason }
    print(ScoreReport.markdown(reports), terminator: "")
    fflush(nil)  // before the last note, which is not buffered
    if let peak = peakMemory() { note("peak memory: \(readableSize(peak))") }
    if let end { throw IncompleteRun(message: render(end.reason)) }
    for scored in reports { try scored.checkHasAnswers() }
    if let failOnError, failed > failOnError {
      throw IncompleteRun(
        message:
          "\(failed) samples failed, more than the \(failOnError) that --fail-on-error allows")
    }
  }
}
