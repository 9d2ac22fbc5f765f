public import DataFormats
import Diagnostics
import Metrics

/// A run scored under one or several profiles, and how far they are apart.
public struct ScoredRun: Sendable {
  public let benchmark: any Benchmark
  /// One per profile, at least one.
  public let scores: [RunScores]
  /// What ended the run just now before everything was asked; nil where all was, and for a run that
  /// is only read.
  public var end: RunEnd?

  /// Scores a run; its log is read once.
  public init(_ run: RunDirectory, benchmark: any Benchmark, profiles: ProfileSelection) throws {
    self.init(try RunAnswers(run), benchmark: benchmark, profiles: profiles)
  }

  /// Scores answers that are in memory.
  public init(_ answers: RunAnswers, benchmark: any Benchmark, profiles: ProfileSelection) {
    self.benchmark = benchmark
    scores = profiles.profiles(for: benchmark).map {
      RunScores(answers, benchmark: benchmark, profile: $0)
    }
  }

  /// For every figure the largest value minus the smallest over the profiles, in the order of the
  /// first profile that has it; NaN where no profile gives a number.
  public var spread: [MetricRow] {
    var order: [MetricRow] = []
    var values: [String: [Double]] = [:]
    for row in scores.flatMap(\.metrics) {
      if values[row.name] == nil { order.append(row) }
      values[row.name, default: []].append(row.value)
    }
    return order.map { row in
      let numbers = (values[row.name] ?? []).filter { !$0.isNaN }
      let spread = numbers.max().flatMap { largest in numbers.min().map { largest - $0 } }
      return MetricRow(
        name: row.name, value: spread ?? .nan, paperFactor: row.paperFactor, count: row.count,
        paperMaximum: row.paperMaximum)
    }
  }

  /// - Throws: ``EvaluationError`` `all-failed` where every sample that was asked has failed: what
  ///   stands in the table is then no score of the model.
  public func checkHasAnswers() throws(EvaluationError) {
    guard let first = scores.first, first.ledger.failed > 0, first.ledger.answered == 0 else {
      return
    }
    let reason = first.samples.lazy.compactMap { $0.answer?.failure?.message }.first ?? ""
    throw EvaluationError(
      .allFailed,
      "all \(first.ledger.failed) samples of \(benchmark.title) failed (the first: \(reason));"
        + " mend the cause and add --retry-failed", at: Location(file: first.directory))
  }

  /// One profile: its scores. Several: all of them and the spread.
  public var json: JSONValue {
    if scores.count == 1, let only = scores.first { return only.json }
    return [
      "benchmark": .string(benchmark.name), "profiles": .array(scores.map(\.json)),
      "spread": .array(
        spread.map {
          [
            "name": .string($0.name), "value": .number($0.value),
            "paper_value": .number($0.value * $0.paperFactor),
          ]
        }),
    ]
  }

  /// Writes `samples.jsonl` and `scores.json` of the first profile, and `profiles.json` where there
  /// are several.
  ///
  /// What was derived before goes first and `scores.json` comes last, so that files of two scorings
  /// never lie together.
  /// - Throws: ``EvaluationError`` `run-changed` where another run has taken the place of the one
  ///   that was scored, `write-failed` with the system's reason.
  public func write() throws {
    guard let first = scores.first else { return }
    RunStep.reached(.scoring)
    let lock = try RunLock(first.directory)
    guard let there = try RunDirectory.manifest(at: first.directory),
      first.manifest.isSameRun(as: there)
    else {
      throw EvaluationError(
        .runChanged,
        """
        another run has taken this one's place while it was scored; its scores are not written \
        here
        """,
        at: Location(file: first.directory))
    }
    for name in RunDirectory.derivedNames {
      try DurableFile.remove(first.directory + "/" + name)
    }
    try DurableFile.replace(first.directory + "/samples.jsonl", with: first.samplesText)
    if scores.count > 1 {
      try DurableFile.replace(first.directory + "/profiles.json", with: json.text(indented: true))
    }
    try DurableFile.replace(first.directory + "/scores.json", with: first.json.text(indented: true))
    withExtendedLifetime(lock) {}
  }
}
