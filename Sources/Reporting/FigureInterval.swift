import Evaluation
import Metrics
import Statistics

/// The error of a figure of one run.
enum FigureInterval {
  /// What a reader must know of the signs in a table.
  static let meaning =
    """
    ±: half of the 95 % interval over images; figures without it have too few images, or are \
    none of one mean.
    """

  /// On the scale that papers print.
  static func shown(
    _ scores: RunScores, _ row: MetricRow
  ) -> ResultTable.Cell.Interval? {
    guard let estimate = scores.estimate(of: row),
      let low = estimate.low, let high = estimate.high
    else { return nil }
    return .init(low: low * row.paperFactor, high: high * row.paperFactor, level: estimate.level)
  }

  /// The questions with their images, which are what was sampled.
  static func rows(of scores: RunScores) -> [FigureRow] {
    zip(scores.samples, scores.images).map { FigureRow(sample: $0.scored.sample, image: $1) }
  }
}
