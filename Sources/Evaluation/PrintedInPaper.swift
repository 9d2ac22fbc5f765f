/// A benchmark of which the ProxyV paper (arXiv 2505.15816) prints scores.
///
/// ```swift
/// extension OCRBench: PrintedInPaper {
///   public var paperColumnDivisor: Double { 10 }
///   public var fineScorePosition: Int? { 5 }
/// }
/// ```
public protocol PrintedInPaper: Benchmark {
  /// The column of the paper's score tables.
  var paperColumn: String { get }
  /// What the headline on the paper's scale is divided by in those tables: 10 for a figure of 0 to
  /// 1000 that is printed as 0 to 100.
  var paperColumnDivisor: Double { get }
  /// The columns that it fills, in the paper's order.
  var paperFigures: [PaperFigure] { get }
  /// Its position among the benchmarks whose mean is Score_fine; nil where it is none of them.
  var fineScorePosition: Int? { get }
}

extension PrintedInPaper {
  public var paperColumn: String { name }
  public var paperColumnDivisor: Double { 1 }
  public var paperFigures: [PaperFigure] { [PaperFigure(paperColumn, title: title)] }
  public var fineScorePosition: Int? { nil }
}

/// A column of the paper's score tables, and the figure of a benchmark that fills it.
public struct PaperFigure: Sendable, Equatable {
  /// As the embedded tables name it: `mme_p`.
  public let column: String
  /// As the paper's head names it: `MME-P`.
  public let title: String
  /// The figure's name; nil for the headline.
  public let figure: String?
  public let decimals: Int
  public let lowerIsBetter: Bool

  public init(
    _ column: String, title: String, figure: String? = nil, decimals: Int = 2,
    lowerIsBetter: Bool = false
  ) {
    self.column = column
    self.title = title
    self.figure = figure
    self.decimals = decimals
    self.lowerIsBetter = lowerIsBetter
  }
}
