/// A stretch of nights between two change points.
struct SegmentStatistics: Equatable {
  let count: Int
  let mean: Double
  /// With divisor n, as Otava has it.
  let standardDeviation: Double

  init(_ values: ArraySlice<Double>) {
    count = values.count
    let size = Double(values.count)
    // Nights that repeat each other have no spread; the rounding of their mean must not invent one.
    if let first = values.first, values.allSatisfy({ $0 == first }) {
      (mean, standardDeviation) = (first, 0)
      return
    }
    let mean = values.reduce(0, +) / size
    self.mean = mean
    standardDeviation =
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size).squareRoot()
  }

  /// Student's two-sided test of two stretches with pooled variance.
  ///
  /// Two nights prove nothing: 1. Without any spread: 0 where the means differ, else 1.
  static func p(_ left: SegmentStatistics, _ right: SegmentStatistics) -> Double {
    let df = left.count + right.count - 2
    guard df > 0 else { return 1 }
    let (n, m) = (Double(left.count), Double(right.count))
    // As scipy's ttest_ind_from_stats with Otava's deviations: the divisor n stands for n - 1.
    let variance =
      ((n - 1) * left.standardDeviation * left.standardDeviation
        + (m - 1) * right.standardDeviation * right.standardDeviation) / Double(df)
    guard variance > 0 else { return left.mean == right.mean ? 1 : 0 }
    let t = abs(left.mean - right.mean) / (variance * (1 / n + 1 / m)).squareRoot()
    return 2 * StudentT.upperTail(t, df: Double(df))
  }
}
