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

/// `score`: scores run directories again, under any profile, without the model and without the data, or answers that another
/// program wrote.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Scores run directories, or with --answers the answers that another program wrote.",
    discussion: """
      score RUN ...                           writes scores.json and samples.jsonl into each run directory
      score BENCHMARK --answers FILE|FOLDER   reads lmms-eval's samples, VLMEvalKit's xlsx, tsv and json, MME's result folder,
                                              RRC and EvalAI submissions, LLaVA's answers, boxes, and runs of proxyv-eval
      """)

  @OptionGroup var options: ScoringOptions
  @Option(name: .long, help: "A file or folder of answers that another program wrote.") var answers: String?
  @Option(name: .long, help: "The format of the answers, where it should not be recognised.") var answersFormat: String?
  @Option(name: .long, help: "The benchmark's data; needed where the answers' file holds no references.") var data: String?
  @Option(name: .long, help: "The layout of the data, where it should not be recognised; `list` shows them.") var format: String?

  func validate() throws {
    if answers != nil, options.runs.count != 1 { throw ValidationError("--answers goes with the name of one benchmark") }
    if answers == nil, answersFormat != nil || data != nil || format != nil {
      throw ValidationError("--answers-format, --data and --format go with --answers")
    }
  }

  func run() throws {
    var reports: [(scores: RunScores, benchmark: any Benchmark)]
    if let answers {
      reports = [try scored(answers)]
    } else {
      reports = try options.scored()
      for report in reports { try report.scores.write() }
    }
    print(options.json ? ScoreReport.json(reports).text(indented: true) : ScoreReport.markdown(reports), terminator: "")
  }

  private func scored(_ answers: String) throws -> (scores: RunScores, benchmark: any Benchmark) {
    let profile = try usage { try Profile.named(options.profile) }
    let benchmark = try usage { try BenchmarkRegistry.named(options.runs[0]) }
    let file = try AnswerFile(answers, benchmark: benchmark, formatName: answersFormat)
    note("\(benchmark.title): \(file.records.count) answers in \(file.path) (\(file.format.summary))")
    try AnswerOrigin.check(file, isFor: benchmark)
    let opened = try data.map { try OpenedData(benchmark, path: $0, layoutName: format) }
    if let opened { note("\(benchmark.title): \(opened.samples.count) questions in \(opened.path) (\(opened.layout.summary))") }
    let joined = try JoinedAnswers(file, benchmark: benchmark, data: opened)
    return (RunScores(joined, benchmark: benchmark, profile: profile), benchmark)
  }
}
