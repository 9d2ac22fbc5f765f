public import DataFormats
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

  /// Writes `scores.json` and `samples.jsonl` of the first profile, and `profiles.json` where there
  /// are several.
  public func write() throws {
    try scores.first?.write()
    guard scores.count > 1, let directory = scores.first?.directory else { return }
    try DurableFile.replace(directory + "/profiles.json", with: json.text(indented: true))
  }
}
