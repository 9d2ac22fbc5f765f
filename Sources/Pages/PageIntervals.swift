import Evaluation
import Metrics
import Statistics

/// The 95 % intervals of a run's figures, clustered by image.
enum PageIntervals {
  /// By the figures' names, on the scale that papers print and within it; a figure without a known
  /// make-up, of one image, or of images that all scored alike, has none.
  static func of(_ scores: RunScores) -> [String: ClosedRange<Double>] {
    var intervals: [String: ClosedRange<Double>] = [:]
    for row in scores.metrics {
      let estimate = scores.estimate(of: row)?.scaled(by: row.paperFactor)
      guard let interval = estimate?.shownInterval, interval.low <= interval.high else { continue }
      intervals[row.name] = interval.low...interval.high
    }
    return intervals
  }
}
