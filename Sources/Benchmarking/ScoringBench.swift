import DataFormats
import Diagnostics
import Foundation
import Metrics
import PythonText
public import Reporting

/// How fast predictions are scored, and the questions of a parquet file read.
public struct ScoringBench {
  public var timing: Timing
  public var data: ScoringData
  /// Parquet files with the columns to scan; columns that a file lacks are left out.
  public var parquetFiles: [String] = []
  /// Further steps of modules that this one does not know; each returns what is shown as its mean.
  public var furtherSteps: [(name: String, items: Int, run: () throws -> Double)] = []
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

  public func run() throws -> ResultTable {
    var table = ResultTable(
      title: "Scoring",
      columns: [
        .init("what", importance: .essential), "items", .init("ms", importance: .high),
        .init("items/s", importance: .essential), .init("mean score", importance: .low),
      ])
    table.fact("rounds", .integer(timing.runs))
    var results: [Double] = []
    let vqa = data.vqa
    var steps: [(name: String, items: Int, run: () throws -> Double)] = [
      (
        "ANLS", data.anls.count,
        { [data] in
          data.anls.reduce(0) {
            $0
              + ANLS.score(prediction: $1.prediction, answers: $1.answers, profile: .lmmsEval).value
          }
        }
      ),
      (
        "VQA accuracy", vqa.count,
        {
          try vqa.reduce(0) {
            $0
              + (try VQAAccuracy.score(
                prediction: $1.prediction, answers: $1.answers, profile: .lmmsEval
              ).value)
          }
        }
      ),
      (
        "edit distance of pages", data.pages.count,
        { [data] in
          data.pages.reduce(0) {
            $0
              + PageEditDistance.score(
                prediction: $1.prediction, reference: $1.answers[0], profile: .lmmsEval
              ).value
          }
        }
      ),
      (
        "edit distance of unlike pages", data.unlikePages.count,
        { [data] in
          data.unlikePages.reduce(0) {
            $0
              + PageEditDistance.score(
                prediction: $1.prediction, reference: $1.answers[0], profile: .lmmsEval
              ).value
          }
        }
      ),
      (
        "sentence BLEU of documents", data.documents.count,
        { [data] in
          data.documents.reduce(0) {
            $0
              + SentenceBLEU.score(
                prediction: $1.prediction, reference: $1.answers[0], profile: .lmmsEval
              ).value
          }
        }
      ),
    ]
    let pairs = ComparisonBenchData()
    steps.append(
      (
        "comparison of two runs (10,000 replicates, 9,999 sign flips)", pairs.a.count,
        { pairs.compare() * Double(pairs.a.count) }
      ))
    steps += furtherSteps.map { step in
      (step.name, step.items, { try step.run() * Double(step.items) })
    }
    let metrics = steps.count
    for path in parquetFiles {
      let rows = try ParquetFile(path: path).rowCount
      let name = (path as NSString).lastPathComponent
      steps.append(("parquet scan of " + name, rows, { Double(try Self.scanColumns(path)) }))
      steps.append(("parquet rows of " + name, rows, { Double(try Self.scanRows(path)) }))
    }
    results = try steps.map { try $0.run() }
    let names = steps.map(\.name)
    let measured = try timing.alternate(
      steps.map { step in { [timing] in try timing.repeated { try step.run() } } },
      beforeRound: beforeRound,
      afterRound: { seconds in afterRound(zip(names, seconds).map { ($0, $1) }) })
    for (index, step) in steps.enumerated() {
      table.append([
        "what": .text(step.name), "items": .integer(step.items),
        "ms": .measured(measured[index].map { $0 * 1e3 }, decimals: 3),
        "items/s": .measured(measured[index].map { Double(step.items) / $0 }, decimals: 0),
        "mean score": index < metrics
          ? .number(results[index] / Double(max(step.items, 1)), decimals: 6) : .empty,
      ])
    }
    return table
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
