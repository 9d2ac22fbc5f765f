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

  /// On the scale of `factor`, within it; and what must be said of it, or of why there is none.
  static func shown(
    _ estimate: Estimate?, factor: Double
  ) -> (interval: ResultTable.Cell.Interval?, remarks: [String]) {
    guard let estimate = estimate?.scaled(by: factor) else { return (nil, []) }
    let interval = estimate.shownInterval.map { shown in
      ResultTable.Cell.Interval(
        low: shown.low, high: shown.high, level: estimate.level, isCut: shown.isCut)
    }
    return (interval, estimate.intervalRemark.map { [$0] } ?? [])
  }

  /// The questions with their images, which are what was sampled.
  static func rows(of scores: RunScores) -> [FigureRow] {
    zip(scores.samples, scores.images).map { FigureRow(sample: $0.scored.sample, image: $1) }
  }
}
