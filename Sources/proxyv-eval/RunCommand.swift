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
      Answers are kept under OUTPUT/BENCHMARK, each on disk before the next one starts. With \
      several benchmarks, --data \
      names a folder that holds one folder per benchmark. lmms-eval's options and task names \
      are understood.

      run --status RUN says how far a run is, shard by shard, and disturbs no one who answers it.

      Example: proxyv-eval run docvqa --model tesseract --data DATA --output floor
      """)

  @Argument(help: "The benchmarks, for example: docvqa chartqa; or all.", completion: .benchmarks)
  var benchmarks: [String] =
    []
  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Served models") var servedModel: ServedModelOptions
  @Option(name: .long, help: "The folder with the benchmark's data as downloaded.") var data: String
  @Option(
    name: [.long, .customLong("output-path")],
    help: "The folder that gets one run directory per benchmark.") var output: String
  @Option(
    name: .long, help: "What the run is called; default is the model's folder and its method.")
  var name: String?
  @Option(
    name: [.long, .customLong("data-format")],
    help: "The layout of the data, where it should not be recognised; `list` shows them.")
  var format: String?
  @OptionGroup var choosing: DataChoiceOptions
  @Option(name: .long, help: "Ask at most this many samples of each benchmark, or this share: 0.1.")
  var limit: String?
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
    help: "The rule set to score with, or all: every one that the benchmark has, and their spread.",
    completion: .profiles)
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions
  @Flag(name: .long, help: "All figures of a benchmark in the table: splits, categories.")
  var details = false
  @OptionGroup var intervalOptions: IntervalOptions
  @Flag(name: .long, help: "Say what would be asked, with --json for scripts, and do nothing.")
  var dryRun = false
  @Flag(name: .long, help: "Say nothing while running but what went wrong.") var quiet = false
  @Flag(name: .long, help: "Print the scores as JSON.") var json = false

  func validate() throws {
    if let limit, SampleLimit(limit) == nil {
      throw ValidationError(
        "--limit must be at least 1, or a share between 0 and 1, not \"\(limit)\"")
    }
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
    if !dryRun {
      try GivenOptions().refuse(
        ["--details", "--no-intervals"], "with --json, which holds all figures with intervals",
        where: "--json")
    }
    if benchmarks.isEmpty { throw ValidationError("name at least one benchmark") }
  }

  func run() throws {
    let profiles = try usage { try ProfileSelection.named(profile) }
    let shard = try usage { try self.shard.map { try Shard($0) } ?? .whole }
    let selected = try selectedBenchmarks()
    // What is known at once comes first: neither a wrong model nor a wrong folder of data should
    // cost the minutes that the other takes.
    try modelOptions.check()
    let opened = try openedRuns(of: selected, shard: shard)
    if dryRun {
      let plan = try plan(of: opened)
      if json { return print(plan.json.text(indented: true), terminator: "") }
      return try TableOptions.show([plan.table], format: nil)
    }
    // Reading every image and loading a model take minutes too.
    let finished = FinishedRuns { runs in
      try? show(runs)
      fflush(nil)  // before the last note, which is not buffered
    }
    finished.watchInterrupts()
    for run in opened {
      // What is wrong with the data is said even where nothing else is.
      for finding in try run.findings(onlyFaults: quiet) { note(finding) }
    }
    let model = try modelOptions.answeringModel(served: servedModel)
    for remark in model.remarks { note(remark) }
    let series = RunSeries(
      counts: try opened.map { try $0.work().questions / shard.count }, isQuiet: quiet)
    var reports: [ScoredRun] = []
    do {
      for (place, run) in opened.enumerated() {
        say(run.dataSummary)
        let scored = try run.answered(
          by: model, in: output + "/" + run.benchmark.name, profiles: profiles,
          defaultName: modelOptions.runName(model.identity),
          progress: series.progress(of: place, title: run.benchmark.title))
        if let ledger = scored.scores.first?.ledger {
          say("\(run.benchmark.title): \(ledger.summary)")
        }
        // What a fault has left behind is no score.
        if let end = scored.end, end.kind == .fault { throw end.reason }
        finished.append(scored)
        reports.append(scored)
        if scored.end != nil { break }
      }
    } catch {
      finished.showAll()
      throw error
    }
    finished.showAll()
    if let peak = peakMemory() { say("peak memory: \(readableSize(peak))") }
    if let end = reports.last?.end { throw IncompleteRun(message: render(end.reason)) }
    for scored in reports { try scored.checkHasAnswers() }
    let failed = finished.failed
    if let failOnError, failed > failOnError {
      throw IncompleteRun(
        message:
          "\(failed) samples failed, more than the \(failOnError) that --fail-on-error allows")
    }
  }

  private func selectedBenchmarks() throws -> [any Benchmark] {
    let selected = try usage { try TaskNames.benchmarks(benchmarks) }.map(scoringSpace.applied)
    try scoringSpace.check(selected)
    try checkLayout(format, of: selected)
    return selected
  }

  /// The benchmarks with their data; of `all` those whose data is there.
  private func openedRuns(
    of selected: [any Benchmark], shard: Shard
  ) throws -> [BenchmarkRun] {
    let isAll = TaskNames.isAll(benchmarks)
    let runs = try selected.compactMap { benchmark -> BenchmarkRun? in
      do {
        var run = try BenchmarkRun(
          benchmark, data: data, layoutName: format, choice: choosing.choice)
        let count = limit.flatMap(SampleLimit.init)?.count(of: run.data.samples.count)
        run.selection = Selection(
          offset: offset, limit: count,
          ids: samples.map { $0.split(separator: ",").map(String.init) })
        run.fresh = fresh
        run.shard = shard
        run.retryFailed = retryFailed
        run.name = name
        run.environment = modelOptions.runEnvironment
        run.keepGoing = keepGoing
        return run
      } catch let error as EvaluationError where isAll && error.code == .unknownSplit {
        note("\(benchmark.title): \(error.message), left out")
        return nil
      } catch let error as EvaluationError where isAll && error.code == .unknownFormat {
        note("\(benchmark.title): no data here, left out")
        return nil
      }
    }
    guard !runs.isEmpty else {
      throw EvaluationError(
        .unknownFormat, "no benchmark's data was recognised here", at: Location(file: data))
    }
    return runs
  }

  private func show(_ runs: [ScoredRun]) throws {
    if json {
      print(ScoreReport.json(runs).text(indented: true), terminator: "")
    } else {
      try TableOptions.show(
        ScoreReport.tables(runs, details: details, intervals: intervalOptions.intervals),
        format: nil)
    }
  }

  private func say(_ text: String) {
    if !quiet { note(text) }
  }
}
