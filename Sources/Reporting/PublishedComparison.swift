public import DataFormats
public import Evaluation
import Metrics

/// Measured scores beside the paper's for the same benchmarks, each marked for what it is, and
/// Score_fine of the measured ones.
public struct PublishedComparison: Sendable {
  /// A score and where it comes from.
  struct Row: Sendable {
    let benchmark: String
    let model: String
    let score: Double
    let decimals: Int
    let isMeasured: Bool
    /// `measured`, `measured, PARTIAL`, `published, table 10`.
    let origin: String
  }

  let rows: [Row]
  /// One for every model of which a run is there, in the order of the runs.
  let fine: [ModelFineScore]

  /// Score_fine, or the benchmarks of which no complete run is there.
  package enum FineScoreResult: Sendable, Equatable {
    case value(Double)
    case missing([String])
    /// Several complete runs of one benchmark that disagree.
    case ambiguous([String])

    package var value: Double? { if case .value(let value) = self { value } else { nil } }
  }

  /// - Parameters:
  ///   - runs: measured rows are those of a run's first profile
  ///   - benchmarks: every benchmark there is; Score_fine is a mean over some of them
  public init(_ runs: [ScoredRun], benchmarks: [any Benchmark]) throws {
    let tables = try PublishedTables()
    var rows: [Row] = []
    fine = ModelFineScore.all(runs, benchmarks: benchmarks)
    var seen: Set<String> = []
    for run in runs {
      let benchmark = run.benchmark
      let printed = benchmark as? any PrintedInPaper
      if let scores = run.scores.first, let headline = scores.metrics.first {
        let value = Self.headline(headline, of: benchmark)
        rows.append(
          Row(
            benchmark: benchmark.title,
            model: ScoreReport.label(scores),
            score: value, decimals: ScoreReport.decimals(headline), isMeasured: true,
            origin: Self.origin(scores, benchmark)))
      }
      guard let printed, seen.insert(benchmark.name).inserted else { continue }
      for (row, value, title) in try tables.scores(column: printed.paperColumn) {
        rows.append(
          Row(
            benchmark: benchmark.title, model: row, score: value,
            decimals: printed.paperFigures.first { $0.column == printed.paperColumn }?.decimals
              ?? 2,
            isMeasured: false,
            origin: "published, \(title)"))
      }
    }
    // The paper's rows stand behind all measured ones of their benchmark.
    let order = rows.map(\.benchmark).enumerated().reduce(into: [String: Int]()) {
      $0[$1.element] = $0[$1.element] ?? $1.offset
    }
    self.rows = rows.enumerated().sorted { a, b in
      let (x, y) = (order[a.element.benchmark] ?? 0, order[b.element.benchmark] ?? 0)
      if x != y { return x < y }
      return a.element.isMeasured != b.element.isMeasured
        ? a.element.isMeasured : a.offset < b.offset
    }.map(\.element)
  }

  /// The figure as the paper prints it.
  static func headline(_ row: MetricRow, of benchmark: any Benchmark) -> Double {
    row.value * row.paperFactor / ((benchmark as? any PrintedInPaper)?.paperColumnDivisor ?? 1)
  }

  /// What a measured figure is a figure of: beside the paper's rows, less than the published
  /// questions is not the same measure.
  private static func origin(_ scores: RunScores, _ benchmark: any Benchmark) -> String {
    var parts = ["measured"]
    if scores.ledger.isPartial { parts.append("PARTIAL") }
    if let published = scores.publishedCount(of: benchmark), scores.ledger.total != published {
      parts.append("\(scores.ledger.total) of the published \(published) questions")
    }
    return parts.joined(separator: ", ")
  }

  /// The mean of the five fine-grained benchmarks.
  /// - Parameter complete: scores of complete runs over the published questions, by benchmark
  package static func fineScore(
    _ complete: [String: Double], benchmarks: [any Benchmark]
  ) -> FineScoreResult {
    let needed = benchmarks.compactMap { $0 as? any PrintedInPaper }
      .compactMap { benchmark in benchmark.fineScorePosition.map { ($0, benchmark.name) } }
      .sorted { $0.0 < $1.0 }
      .map(\.1)
    let values = needed.compactMap { complete[$0] }
    guard values.count == needed.count else {
      return .missing(needed.filter { complete[$0] == nil })
    }
    return .value(FineScore.mean(of: values))
  }

  /// A row per score; whether Score_fine can be computed stands below.
  public var table: ResultTable {
    var table = ResultTable(columns: [
      .init("Benchmark", importance: .essential),
      .init("Model and method", importance: .essential), .init("Score", importance: .essential),
      .init("Origin", importance: .essential),
    ])
    for row in rows {
      table.append([
        "Benchmark": .text(row.benchmark), "Model and method": .text(row.model),
        "Score": .number(row.score, decimals: row.decimals), "Origin": .text(row.origin),
      ])
    }
    table.notes = fine.map { $0.sentence(among: fine.count) }
    return table
  }

  /// - Parameter runs: what `report --json` prints without published rows
  public func json(runs: JSONValue) -> JSONValue {
    return [
      "runs": runs,
      "comparison": .array(
        rows.map { row in
          [
            "benchmark": .string(row.benchmark), "model": .string(row.model),
            "score": row.score.isFinite ? .number(row.score) : .null,
            "measured": .bool(row.isMeasured), "origin": .string(row.origin),
          ]
        }),
      "score_fine": fine.count == 1 ? fine[0].json : ["value": nil, "missing": []],
      "score_fine_by_model": .array(fine.map(\.json)),
    ]
  }
}
