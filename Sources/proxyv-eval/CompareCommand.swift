import ArgumentParser
import Benchmarks
import Comparison
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import Pages
import Reporting

/// `compare`: two sides, what changed, and whether that is a regression.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compares two runs: what changed, how sure that is, and with --gate whether it fails.",
    discussion: """
      A and B are run directories, folders of runs (paired benchmark by benchmark), or a file of \
      answers that another program wrote (with --benchmark, and --data where it holds no \
      references).
      Both sides are scored again by this program under one profile.

      Exit codes with --gate: 0 no regression, cannot tell, or identical; 100 regression; 101 a \
      part is missing; 102 cannot tell, with --strict. Without --gate a comparison that could be \
      made ends with 0; --expect identical is a gate of its own: any changed answer ends with 100.

      Example: proxyv-eval compare runs/yesterday runs/today --gate
      """)

  @Argument(help: "The baseline.") var a: String
  @Argument(help: "The candidate.") var b: String
  @Option(name: .long, help: "markdown, csv, json, latex, junit or html.")
  var format: ComparisonReport.Format?
  @Option(name: .long, help: "Write into this file; its ending chooses the format.")
  var output: String?
  @Option(name: .long, help: "Show at most this many changed answers per benchmark.") var show = 20
  @Option(name: .long, help: "The rule set that both sides are scored with.", completion: .profiles)
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions
  @OptionGroup var gateOptions: GateOptions

  @Option(name: .long, help: "The level of the intervals that are shown.") var level = 0.95
  @Option(name: .long, help: "The seed of all draws.") var seed: UInt64 = 1
  @Option(name: .long, help: "Sign flips that are drawn.") var draws = 9999
  @Option(name: .long, help: "Replicates of the bootstrap; 0 leaves it out.")
  var replicates = 10_000
  @Option(name: .long, help: "newer: score both sides with the references of B.")
  var references: String?

  @Option(name: .long, help: "The benchmark of a file of answers.", completion: .benchmarks)
  var benchmark: String?
  @Option(name: .long, help: "The format of the answers, where it should not be recognised.")
  var answersFormat: String?
  @Option(name: .long, help: "The benchmark's data; needed where a file holds no references.")
  var data: String?
  @OptionGroup var choosing: DataChoiceOptions

  func validate() throws {
    if chosenFormat != .markdown, chosenFormat != .junit {
      try GivenOptions().refuse(
        ["--show"], "in \(chosenFormat.rawValue); it goes with markdown and junit")
    }
    try checkAnswersFormat(answersFormat)
    if let references, references != "newer" {
      throw ValidationError("--references can only be newer, not \"\(references)\"")
    }
    if show < 0 { throw ValidationError("--show must not be negative") }
    _ = try gateOptions.chosen()
    try usage { try options().check() }
  }

  func run() throws {
    let options = try options()
    let comparison: Comparison
    do {
      comparison = try compared(options)
    } catch let error as ComparisonError where error.isUsage {
      throw ValidationError(render(error))
    }
    try scoringSpace.check(comparison.benchmarks.map(\.benchmark))
    var report = ComparisonReport(comparison)
    report.shownAnswers = show
    report.programVersion = ProgramVersion.described(commit: builtCommit)
    if format == nil, output == nil { report.width = Terminal.width() }
    if chosenFormat == .html {
      try writePage(report)
    } else if let output {
      try DurableFile.replace(output, with: try report.text(chosenFormat))
      print(comparison.sentence)
    } else {
      print(try report.text(chosenFormat), terminator: "")
    }
    fflush(nil)
    if comparison.exitCode != 0 { throw ExitCode(comparison.exitCode) }
  }

  private var chosenFormat: ComparisonReport.Format {
    format ?? output.flatMap { ComparisonReport.Format(fileName: $0) } ?? .markdown
  }

  /// The same page as `view`: a folder, or one file where `--output` ends in `.html`; on standard
  /// output without images.
  private func writePage(_ report: ComparisonReport) throws {
    guard let output else {
      print(try report.text(.html), terminator: "")
      return
    }
    let written = try Page.write(report.page, to: output)
    for remark in written.notes { note(remark) }
    print(report.comparison.sentence)
  }

  private func options() throws -> ComparisonOptions {
    var options = ComparisonOptions()
    options.profile = try usage { try Profile.named(profile) }
    options.seed = seed
    options.draws = draws
    options.replicates = replicates
    options.level = level
    options.alpha = gateOptions.alpha
    options.usesReferencesOfB = references != nil
    options.gate = try gateOptions.chosen()
    return options
  }

  private func compared(_ options: ComparisonOptions) throws -> Comparison {
    let isRun = try [a, b].map(ComparedFolders.holdsRuns)
    if isRun[0], isRun[1] {
      try GivenOptions().refuse(
        ["--benchmark", "--answers-format", "--data", "--file", "--split"],
        "between two runs; name the runs of one benchmark to compare only those")
      let folders = try ComparedFolders(a, b, options: options, benchmark: named)
      try checkNames(options, folders.pairs.map(\.b))
      return try Comparison(folders.pairs, unpaired: folders.unpaired, options: options)
    }
    let named = try benchmarkOfFiles(isRun)
    let sides = try zip([a, b], isRun).map { path, isRun in
      try ComparedRun(
        isRun ? RunAnswers(try run(of: named, in: path)) : try answers(in: path, of: named),
        benchmark: named, profile: options.profile)
    }
    try checkNames(options, sides)
    return try Comparison([(sides[0], sides[1])], options: options)
  }

  /// A figure that is misspelt would silently keep its default margin, or be missing for ever.
  private func checkNames(_ options: ComparisonOptions, _ runs: [ComparedRun]) throws {
    try options.gate?.checkNames(among: BenchmarkRegistry.all) { benchmark in
      runs.first { $0.benchmark.name == benchmark.name }?.answers.selected.map(\.sample) ?? []
    }
  }

  private func named(_ name: String) throws -> any Benchmark {
    scoringSpace.applied(to: try TaskNames.one(name))
  }

  /// The benchmark that a file of answers is about: as named, or that of the run on the other side.
  private func benchmarkOfFiles(_ isRun: [Bool]) throws -> any Benchmark {
    if let benchmark { return try usage { try named(benchmark) } }
    if let place = isRun.firstIndex(of: true) {
      let runs = Set(try RunDirectory.all(in: [a, b][place]).map(\.manifest.benchmark))
      if runs.count == 1, let only = runs.first { return try named(only) }
    }
    for path in [a, b] where !FileManager.default.fileExists(atPath: path) {
      throw EvaluationError(
        .missingFolder, "no such run directory or file of answers", at: Location(file: path))
    }
    throw ValidationError(
      "a file of answers is compared by the rules of a benchmark: name it with --benchmark")
  }

  private func run(of benchmark: any Benchmark, in path: String) throws -> RunDirectory {
    let runs = try RunDirectory.all(in: path)
    guard let run = runs.first(where: { $0.manifest.benchmark == benchmark.name }) else {
      throw ValidationError(
        "\(path) holds \(runs.map(\.manifest.benchmark).joined(separator: ", ")) and not"
          + " \(benchmark.name); name two sides of one benchmark")
    }
    return run
  }

  private func answers(in path: String, of benchmark: any Benchmark) throws -> RunAnswers {
    let joined = try AnswersOnDisk(
      path: path, formatName: answersFormat, choice: choosing.choice, data: data
    ).joined(to: benchmark) { _ in }
    return RunAnswers(joined.answers, benchmark: joined.benchmark)
  }
}

/// `--gate` and what belongs to it.
struct GateOptions: ParsableArguments {
  @Flag(name: .long, help: "Let the comparison decide: see the exit codes.") var gate = false
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Tolerated drops in points: 0.5 for all figures, docvqa=0.5 or ccpdf/bleu=0.01 for one."
  )
  var margin: [String] = []
  @Option(
    name: .long,
    help: "The figures that decide, separated by commas, or paper; otherwise those of both sides.")
  var family: String?
  @Option(name: .long, help: "The probability of a false alarm in the whole family.")
  var alpha = 0.05
  @Flag(name: .long, help: "With --gate: cannot tell ends with 102.") var strict = false
  @Option(name: .long, help: "identical: any changed answer ends with 100.") var expect: String?

  /// What decides; nil: nothing.
  func chosen() throws -> GateConfiguration? {
    if let expect, expect != "identical" {
      throw ValidationError("--expect can only be identical, not \"\(expect)\"")
    }
    guard gate || expect != nil else {
      if strict || !margin.isEmpty || family != nil {
        throw ValidationError("--strict, --margin and --family go with --gate")
      }
      return nil
    }
    var configuration = GateConfiguration()
    configuration.isStrict = strict
    configuration.expectsIdentical = expect != nil
    configuration.family = family.map {
      $0 == "paper"
        ? GateConfiguration.standardFamily : $0.split(separator: ",").map(String.init)
    }
    for text in margin.flatMap({ $0.split(separator: ",") }) {
      try usage { try configuration.setMargin(String(text)) }
    }
    return configuration
  }
}

extension ComparisonReport.Format: ExpressibleByArgument {}
