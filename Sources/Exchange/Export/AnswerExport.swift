import Diagnostics
public import Evaluation

/// A form in which other programs and evaluation servers want a run's answers.
///
/// A selected sample that failed or has no answer is written with an empty one: it then counts as
/// wrong there as it does here.
public struct AnswerExport: Sendable {
  /// A run on its way out.
  package struct Source {
    package let run: RunDirectory
    package let scores: RunScores
    package let benchmark: any Benchmark
    /// The time in the names of lmms-eval's files, `YYYYMMDD_HHMMSS`.
    package let stamp: String
  }

  /// The name on the command line.
  public let name: String
  /// What is written and who reads it, for help.
  public let summary: String
  let files: @Sendable (Source, _ path: String) throws -> [String]

  package init(
    name: String, summary: String,
    files: @escaping @Sendable (Source, _ path: String) throws -> [String]
  ) {
    self.name = name
    self.summary = summary
    self.files = files
  }

  /// lmms-eval's samples and results files, as version 0.7 writes them; for every benchmark.
  public static let lmmsEval = AnswerExport(
    name: "lmms-eval",
    summary: "OUTPUT/MODEL/TIME_samples_TASK.jsonl and TIME_results.json, as its version 0.7 "
      + "writes them"
  ) { source, path in try LMMsEvalExport(source).write(to: path) }

  /// The Robust Reading Competition's submission, as its challenges on documents want it.
  public static let robustReading: AnswerExport = robustReading(idKey: "questionId")

  /// The Robust Reading Competition's submission.
  /// - Parameter idKey: what the challenge calls a question's id
  public static func robustReading(idKey: String) -> AnswerExport {
    AnswerExport(
      name: "rrc", summary: "a JSON file for the Robust Reading Competition's server"
    ) { source, path in try SubmissionExport.write(source.scores, idKey: idKey, to: path) }
  }

  /// EvalAI's submission.
  public static let evalAI = AnswerExport(
    name: "evalai", summary: "a JSON file for EvalAI"
  ) { source, path in try SubmissionExport.write(source.scores, idKey: "question_id", to: path) }
}

/// The forms in which runs of some benchmarks can be written.
///
/// ```swift
/// let format = try BenchmarkRegistry.exports.named("rrc")
/// try BenchmarkRegistry.exports.write(
///   run, scores: scores, benchmark: DocVQA(), as: format, to: "submission.json", stamp: "")
/// ```
public struct AnswerExports: Sendable {
  /// lmms-eval's, then those of the benchmarks, each once.
  public let all: [AnswerExport]
  private let benchmarks: [any Benchmark]

  public init(_ benchmarks: [any Benchmark]) {
    self.benchmarks = benchmarks
    all = benchmarks.flatMap(Self.submissions).reduce(into: [.lmmsEval]) { all, format in
      if !all.contains(where: { $0.name == format.name }) { all.append(format) }
    }
  }

  /// - Throws: ``EvaluationError`` `unknown-name` with the nearest name.
  public func named(_ name: String) throws(EvaluationError) -> AnswerExport {
    if let format = all.first(where: { $0.name == name.lowercased() }) { return format }
    throw EvaluationError(
      .unknownName,
      "unknown export format \"\(name)\"; \(suggestion(for: name, among: all.map(\.name)))")
  }

  /// The benchmarks whose answers the format is for; nil: every one.
  public func benchmarks(for format: AnswerExport) -> [any Benchmark]? {
    if format.name == AnswerExport.lmmsEval.name { return nil }
    return benchmarks.filter { Self.submissions(of: $0).contains { $0.name == format.name } }
  }

  /// Writes the files.
  ///
  /// - Parameters:
  ///   - path: the file of a submission; the folder for formats of several files
  ///   - stamp: the time in the names of lmms-eval's files, `YYYYMMDD_HHMMSS`
  /// - Returns: the files that were written
  /// - Throws: ``EvaluationError``: a format that is not for this benchmark, an id that the format
  ///   cannot hold, `write-failed`.
  public func write(
    _ run: RunDirectory, scores: RunScores, benchmark: any Benchmark, as format: AnswerExport,
    to path: String, stamp: String
  ) throws -> [String] {
    if let allowed = benchmarks(for: format)?.map(\.name), !allowed.contains(benchmark.name) {
      throw EvaluationError(
        .invalidData,
        "the format \(format.name) is for \(allowed.joined(separator: " and ")), "
          + "and this run answers \(benchmark.name)", at: Location(file: run.path))
    }
    // Benchmarks may share a format's name and differ in what it holds.
    let own = Self.submissions(of: benchmark).first { $0.name == format.name } ?? format
    return try own.files(
      AnswerExport.Source(run: run, scores: scores, benchmark: benchmark, stamp: stamp), path)
  }

  /// Refuses a run whose files would have holes: a server counts them as wrong in silence.
  ///
  /// - Throws: ``EvaluationError`` `invalid-data` where samples failed or have no answer, or, for a
  ///   server, where questions of the data were not asked.
  public func checkIsWhole(
    _ scores: RunScores, for format: AnswerExport
  ) throws(EvaluationError) {
    let ledger = scores.ledger
    var holes: [String] = []
    if ledger.failed > 0 { holes.append("\(ledger.failed) samples failed") }
    if ledger.missing > 0 { holes.append("\(ledger.missing) samples have no answer") }
    let notAsked = ledger.total - ledger.selected
    if notAsked > 0, format.name != AnswerExport.lmmsEval.name {
      holes.append("\(notAsked) of \(ledger.total) questions were not asked")
    }
    guard !holes.isEmpty else { return }
    let remedy =
      scores.manifest.model.isImported
      ? "import the whole of them into another run"
      : "the same run command without a selection continues it (--retry-failed asks failed ones"
        + " again)"
    throw EvaluationError(
      .invalidData,
      "\(holes.joined(separator: ", ")); \(remedy), and --allow-incomplete writes what there is,"
        + " with empty answers where one is missing", at: Location(file: scores.directory))
  }

  private static func submissions(of benchmark: any Benchmark) -> [AnswerExport] {
    (benchmark as? any Submitted)?.submissions ?? []
  }
}
