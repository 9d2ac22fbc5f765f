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
  /// Its position among the benchmarks whose mean is Score_fine; nil where it is none of them.
  var fineScorePosition: Int? { get }
}

extension PrintedInPaper {
  public var paperColumn: String { name }
  public var paperColumnDivisor: Double { 1 }
  public var fineScorePosition: Int? { nil }
}
