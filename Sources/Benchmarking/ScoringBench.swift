import DataFormats
import Diagnostics
import Foundation
import Metrics
import PythonText
public import Reporting

/// How fast predictions are scored, and the questions of a parquet file read.
public struct ScoringBench {
  /// What is measured: `run` returns the mean over the items.
  public typealias Step = (name: String, items: Int, run: () throws -> Double)

  public var timing: Timing
  public var data: ScoringData
  /// Parquet files with the columns to scan; columns that a file lacks are left out.
  public var parquetFiles: [String] = []
  /// Further steps of modules that this one does not know; each returns what is shown as its mean.
  public var furtherSteps: [Step] = []
  /// Asked before every round; false ends the measurement. For scripts that alternate with another
  /// program.
  public var beforeRound: (Int) -> Bool = { _ in true }
  /// Gets the seconds of every step after every round.
  public var afterRound: ([(name: String, seconds: Double)]) -> Void = { _ in }
  public static let parquetColumns = ["questionId", "question", "answers"]

  public init(timing: Timing, data: ScoringData) {
    self.timing = timing
    self.data = data
  }

  /// The times of every step in alternation.
  public func run() throws -> ResultTable {
    var table = ResultTable(
      title: "Scoring",
      columns: [
        .init("what", importance: .essential), "items", .init("ms", importance: .high),
        .init("items/s", importance: .essential), .init("mean score", importance: .low),
      ])
    table.fact("rounds", .integer(timing.runs))
    let scoring = scoringSteps + [comparisonStep] + furtherSteps
    let steps = try scoring + parquetSteps()
    let results = try steps.map { try $0.run() }
    let measured = try timing.alternate(
      steps.map { step in { [timing] in try timing.repeated { try step.run() } } },
      beforeRound: beforeRound,
      afterRound: { seconds in afterRound(zip(steps.map(\.name), seconds).map { ($0, $1) }) })
    for (index, step) in steps.enumerated() {
      table.append([
        "what": .text(step.name), "items": .integer(step.items),
        "ms": .measured(measured[index].map { $0 * 1e3 }, decimals: 3),
        "items/s": .measured(measured[index].map { Double(step.items) / $0 }, decimals: 0),
        "mean score": index < scoring.count ? .number(results[index], decimals: 6) : .empty,
      ])
    }
    return table
  }

  /// The mean score of predictions by each metric.
  private var scoringSteps: [Step] {
    [
      step("ANLS", data.anls) {
        ANLS.score(prediction: $0.prediction, answers: $0.answers, profile: .lmmsEval)
      },
      step("VQA accuracy", data.vqa) {
        try VQAAccuracy.score(prediction: $0.prediction, answers: $0.answers, profile: .lmmsEval)
      },
      step("edit distance of pages", data.pages) {
        PageEditDistance.score(
          prediction: $0.prediction, reference: $0.answers[0], profile: .lmmsEval)
      },
      step("edit distance of unlike pages", data.unlikePages) {
        PageEditDistance.score(
          prediction: $0.prediction, reference: $0.answers[0], profile: .lmmsEval)
      },
      step("sentence BLEU of documents", data.documents) {
        SentenceBLEU.score(
          prediction: $0.prediction, reference: $0.answers[0], profile: .lmmsEval)
      },
    ]
  }

  private func step(
    _ name: String, _ texts: [ScoringData.Item],
    score: @escaping (ScoringData.Item) throws -> MetricScore
  ) -> Step {
    (
      name, texts.count,
      { try texts.reduce(0) { $0 + (try score($1)).value } / Double(max(texts.count, 1)) }
    )
  }

  private var comparisonStep: Step {
    let pairs = ComparisonBenchData()
    let name = "comparison of two runs (10,000 replicates, 9,999 sign flips)"
    return (name, pairs.a.count, { pairs.compare() })
  }

  /// Without a mean: bytes that were read.
  private func parquetSteps() throws -> [Step] {
    try parquetFiles.flatMap { path -> [Step] in
      let rows = try ParquetFile(path: path).rowCount
      let name = (path as NSString).lastPathComponent
      return [
        ("parquet scan of " + name, rows, { Double(try Self.scanColumns(path)) }),
        ("parquet rows of " + name, rows, { Double(try Self.scanRows(path)) }),
      ]
    }
  }

  /// Opens a file and reads its question columns whole, as bytes and places, which is what Arrow's
  /// columns are; returns the bytes of text, so that nothing is skipped.
  static func scanColumns(_ path: String) throws -> Int {
    let file = try ParquetFile(path: path)
    var bytes = 0
    for name in try questionColumns(of: file) {
      bytes +=
        try file.column(name).type == .integer
        ? file.integers(name).count : file.texts(name).byteCount
    }
    return bytes
  }

  /// The same row by row in bounded memory and as Swift strings, which is how benchmarks read their
  /// samples.
  static func scanRows(_ path: String) throws -> Int {
    let file = try ParquetFile(path: path)
    let columns = try questionColumns(of: file)
    var bytes = 0
    var rows = try file.rows(columns)
    while let row = try rows.next() {
      for column in columns { bytes += size(try row.value(column)) }
    }
    return bytes
  }

  private static func questionColumns(of file: ParquetFile) throws -> [String] {
    let columns = parquetColumns.filter(file.has(column:))
    guard !columns.isEmpty else {
      throw BenchmarkingError(
        .unreadableData, "none of the columns \(parquetColumns.joined(separator: ", ")) is there",
        at: Location(file: file.path))
    }
    return columns
  }

  private static func size(_ value: ParquetValue) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .list(let items): items.reduce(0) { $0 + size($1) }
    default: 1
    }
  }
}
