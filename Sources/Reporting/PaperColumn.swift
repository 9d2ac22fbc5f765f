public import Evaluation
import Metrics

/// A column of the paper's tables: its name, its scale and its digits.
public struct PaperColumn: Sendable, Equatable {
  /// As the embedded tables name it: `docvqa`, `mme_p`, `flops_reduced`.
  public let name: String
  public let title: String
  public let decimals: Int
  /// Less is better.
  public let lowerIsBetter: Bool
  let importance: ResultTable.Column.Importance
  /// The benchmark whose headline it is, with the figure's name where it is not the first one.
  let source: (benchmark: String, figure: String?)?

  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }

  private init(
    _ name: String, _ title: String, _ decimals: Int = 2, lowerIsBetter: Bool = false,
    _ importance: ResultTable.Column.Importance = .normal, from benchmark: String? = nil,
    figure: String? = nil
  ) {
    self.name = name
    self.title = title
    self.decimals = decimals
    self.lowerIsBetter = lowerIsBetter
    self.importance = importance
    source = benchmark.map { ($0, figure) }
  }

  /// A column of the paper that a benchmark fills.
  fileprivate init(_ figure: PaperFigure, of benchmark: any Benchmark, isFine: Bool) {
    self.init(
      figure.column, figure.title, figure.decimals, lowerIsBetter: figure.lowerIsBetter,
      isFine ? .high : .normal, from: benchmark.name, figure: figure.figure)
  }

  /// A benchmark that the paper does not have.
  init(benchmark: any Benchmark, _ headline: MetricRow) {
    self.init(
      benchmark.name, benchmark.title, ScoreReport.decimals(headline),
      lowerIsBetter: headline.lowerIsBetter, from: benchmark.name)
  }

  /// Whether it says how good the answers are, and not what they cost.
  var isScore: Bool { source != nil || name == "score_fine" }

  /// What is computed of the scores, and what the method costs.
  fileprivate static let computed: [PaperColumn] = [
    .init("score_fine", "Score_fine", 2, .essential),
    .init("score_fine_relative", "Relative %", 1, .high),
    .init("flops_reduced", "FLOPs reduced %", 0, .high),
    .init("time_reduced", "Time reduced %", 0, .high),
    .init("vision_tokens", "Vision tokens", 0, .normal),
    .init("vision_tokens_by_layer", "Vision tokens layer by layer", 0, .detail),
    .init("tflop", "Prefill TFLOP", 2, .low),
    .init("prefill_ms", "Prefill ms", 1, lowerIsBetter: true, .normal),
    .init("answer_ms", "ms per answer", 1, lowerIsBetter: true, .low),
    .init("peak_mib", "Peak memory MiB", 0, lowerIsBetter: true, .low),
    .init("cache_mib", "KV cache MiB", 1, lowerIsBetter: true, .low),
  ]
}

/// The columns that the paper's tables can have, in its order: the fine-grained benchmarks, the
/// general ones, document parsing, what is computed of them, costs.
public struct PaperColumns: Sendable {
  public let all: [PaperColumn]
  /// Names for several columns: `fine` are those of table 10, `general` those of table 7.
  public let groups: [String: [String]]
  /// The columns whose mean is Score_fine.
  let fine: [String]

  /// - Parameter benchmarks: every benchmark there is
  /// - Throws: `DataFormatError` only where the embedded tables are broken.
  public init(benchmarks: [any Benchmark]) throws {
    var columns: [String: PaperColumn] = [:]
    var places: [(position: Int, column: String)] = []
    for benchmark in benchmarks {
      guard let printed = benchmark as? any PrintedInPaper else { continue }
      for figure in printed.paperFigures {
        columns[figure.column] = PaperColumn(
          figure, of: benchmark, isFine: printed.fineScorePosition != nil)
      }
      if let position = printed.fineScorePosition {
        places.append((position, printed.paperColumn))
      }
    }
    let tables = try PublishedTables()
    let (own, general) = (try tables.table(10).columns, try tables.table(7).columns)
    let order = own + general + (try tables.table(5).columns)
    let scores = order.compactMap { columns.removeValue(forKey: $0) }
    all = scores + columns.values.sorted { $0.name < $1.name } + PaperColumn.computed
    fine = places.sorted { $0.position < $1.position }.map(\.column)
    groups = [
      "fine": own, "general": general,
      "costs": PaperColumn.computed.map(\.name).filter { !$0.hasPrefix("score_") },
    ]
  }

  public func named(_ name: String) -> PaperColumn? {
    all.first { $0.name == name.lowercased() }
  }
}
