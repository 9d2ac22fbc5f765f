import ArgumentParser
import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Metrics
import OrderedCollections
import Reporting

/// Runs named on the command line, scored.
struct ScoringOptions: ParsableArguments {
  @Argument(help: "Run directories, or folders that hold them at any depth.") var runs: [String] =
    []
  @Option(
    name: .long,
    help: "The rule set to score with, or all: every one that the benchmark has, and their spread.",
    completion: .profiles)
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions
  @Flag(name: .long, help: "Print JSON.") var json = false

  func requireRuns() throws {
    if runs.isEmpty { throw ValidationError("name at least one run directory") }
  }

  /// The benchmark that a run answers.
  func benchmark(of run: RunDirectory) throws -> any Benchmark {
    scoringSpace.applied(to: try BenchmarkRegistry.named(run.manifest.benchmark))
  }

  /// The rule sets to score with.
  func profiles() throws -> ProfileSelection { try usage { try ProfileSelection.named(profile) } }

  func scored() throws -> EachRun<ScoredRun> {
    let profiles = try profiles()
    let scored = try EachRun(in: runs) {
      try ScoredRun($0, benchmark: benchmark(of: $0), profiles: profiles)
    }
    try scoringSpace.check(scored.values.map(\.benchmark))
    return scored
  }
}

/// `--box-space`, for benchmarks whose answers are boxes.
struct BoxSpaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      """
      \(BoxSpaceOptions.titles): what a model's boxes are relative to: image, padded-square \
      (the image padded to a square), thousandths or pixels.
      """
  )
  var boxSpace = BoxIoU.Space.image

  private static let titles = BenchmarkRegistry.all.filter { $0 is any BoxScored }
    .map(\.title).joined(separator: ", ")

  /// The benchmark as it is to be scored.
  func applied(to benchmark: any Benchmark) -> any Benchmark {
    (benchmark as? any BoxScored)?.scored(in: boxSpace) ?? benchmark
  }

  /// - Throws: `ValidationError` where the option was given and none of `benchmarks` has boxes.
  func check(_ benchmarks: [any Benchmark]) throws {
    if !benchmarks.contains(where: { $0 is any BoxScored }) {
      try GivenOptions().refuse(
        ["--box-space"], "here: only the answers to \(Self.titles) are boxes")
    }
  }
}

extension BoxIoU.Space: ExpressibleByArgument {}

/// `score`: scores run directories again, under any profile, without the model and without the
/// data, or answers that another program wrote.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Scores run directories, or with --answers the answers that another program wrote.",
    discussion: """
      score RUN ... writes scores.json and samples.jsonl into each run directory.

      score BENCHMARK --answers FILE reads lmms-eval's samples, VLMEvalKit's xlsx, tsv, csv and \
      json, MME's result folder, OCRBench's, InternVL's, Qwen-VL's and DocOwl's results, RRC and \
      EvalAI submissions, LLaVA's answers, boxes, runs of proxyv-eval, and with --fields any other \
      list of answers (docs/answer-files.md).

      With --profile all, scores.json and samples.jsonl are those of the default profile, and \
      profiles.json holds all of them.

      Example: proxyv-eval score docvqa --answers answers.json --data DATA
      """)

  @OptionGroup var options: ScoringOptions
  @OptionGroup var intervalOptions: IntervalOptions
  @Flag(
    name: .long,
    help:
      """
      List the samples on which two profiles differ, with the rule and the extracted answer of \
      each.
      """
  ) var explain = false
  @Option(name: .long, help: "With --explain: list at most this many samples per run.")
  var explainLimit = 50

  @Option(
    name: .long,
    help:
      "A published figure, for example 54.046: which evaluators' rules, of which dates, give it."
  ) var match: String?

  @Option(name: .long, help: "A file or folder of answers that another program wrote.") var answers:
    String?
  @Option(
    name: .long,
    help:
      """
      How the table is written: markdown, latex, csv, json or html; with --data also the layout \
      of the data.
      """
  )
  var format: String?
  @Option(name: .long, help: "Write the table to this file and print its name.")
  var output: String?

  /// How the table is written, where --format says it.
  private var tableFormat: ResultTable.Format? {
    format.flatMap { ResultTable.Format(rawValue: $0) }
  }
  /// The layout of the data, where --format says it.
  private var layoutName: String? { tableFormat == nil ? format : nil }

  @OptionGroup var answerFile: AnswerFileOptions

  func validate() throws {
    try options.requireRuns()
    if answers != nil, options.runs.count != 1 {
      throw ValidationError("--answers goes with the name of one benchmark")
    }
    if answers == nil, !answerFile.isEmpty {
      throw ValidationError(
        "--answers-format, --fields, --data, --data-format, --file and --split go with --answers")
    }
    if answers == nil, let format, tableFormat == nil {
      throw ValidationError(
        """
        unknown table format \"\(format)\"; \
        \(suggestion(for: format, among: ResultTable.Format.allCases.map(\.rawValue)))
        """
      )
    }
    if let match, FigureMatch.Figure(match) == nil {
      throw ValidationError("--match takes a figure as it was printed, for example 54.046")
    }
    let given = GivenOptions()
    if tableFormat != nil {
      try given.refuse(["--format"], "with --json, which prints JSON", where: "--json")
    }
    try given.refuse(
      ["--no-intervals"], "with --json, which holds all intervals", where: "--json")
    if !explain { try given.refuse(["--explain-limit"], "without --explain") }
    if let layoutName, answerFile.data == nil {
      throw ValidationError(
        """
        unknown table format \"\(layoutName)\"; a layout of the data would go with --data; \
        \(suggestion(for: layoutName, among: ResultTable.Format.allCases.map(\.rawValue)))
        """)
    }
    if layoutName != nil, answerFile.dataFormat != nil {
      throw ValidationError("--format and --data-format both name the data's layout; name one")
    }
    if explainLimit < 0 { throw ValidationError("--explain-limit must not be negative") }
  }

  func run() throws {
    let profiles = try options.profiles()
    typealias Answered = (answers: RunAnswers, benchmark: any Benchmark, scored: ScoredRun)
    func score(_ answers: RunAnswers, _ benchmark: any Benchmark) -> Answered {
      (answers, benchmark, ScoredRun(answers, benchmark: benchmark, profiles: profiles))
    }
    let runs =
      try answers == nil
      ? EachRun(in: options.runs) { run in
        let answered = score(try RunAnswers(run), try options.benchmark(of: run))
        try answered.scored.write()
        return answered
      } : nil
    if let runs { try options.scoringSpace.check(runs.values.map(\.benchmark)) }
    let answered = try runs?.values ?? answers.map { [try joined($0)] }?.map(score) ?? []
    let scored = answered.map(\.scored)
    let differences =
      explain ? answered.map { ProfileDifferences($0.answers, benchmark: $0.benchmark) } : []
    let matches = match.flatMap(FigureMatch.Figure.init).map { figure in
      answered.map { FigureMatch($0.answers, benchmark: $0.benchmark, figure: figure) }
    }
    if options.json {
      let scores = ScoreReport.json(scored)
      var members: OrderedDictionary<String, JSONValue> = ["scores": scores]
      if explain {
        members["differences"] = .array(differences.map { $0.json(limit: explainLimit) })
      }
      if let matches { members["matches"] = .array(matches.map(\.json)) }
      let report = members.count > 1 ? JSONValue.object(members) : scores
      try TableOptions.show(json: report, output: output)
    } else {
      try TableOptions.show(
        ScoreReport.tables(scored, intervals: intervalOptions.intervals)
          + DifferenceReport.tables(differences, limit: explainLimit)
          + (matches.map(FigureMatchReport.tables) ?? []), format: tableFormat,
        output: output)
    }
    try runs?.checkIsWhole()
  }

  /// Answers that another program wrote, joined to their samples.
  private func joined(_ answers: String) throws -> (answers: RunAnswers, benchmark: any Benchmark) {
    let benchmark = options.scoringSpace.applied(
      to: try usage { try TaskNames.one(options.runs[0]) })
    try options.scoringSpace.check([benchmark])
    let (joined, scored) = try answerFile.joined(answers, to: benchmark, layoutName: layoutName)
    return (RunAnswers(joined, benchmark: scored), scored)
  }
}
