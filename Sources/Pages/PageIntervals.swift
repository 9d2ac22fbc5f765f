import Evaluation
import Metrics
import Statistics

/// The 95 % intervals of a run's figures, clustered by image.
enum PageIntervals {
  /// By the figures' names, on the scale that papers print; a figure without a known make-up, or of
  /// one image, has none.
  static func of(
    _ answers: RunAnswers, _ scores: RunScores, benchmark: any Benchmark
  ) -> [String: ClosedRange<Double>] {
    let samples = scores.samples.map(\.scored.sample)
    guard !samples.isEmpty else { return [:] }
    let images = images(answers, benchmark: benchmark)
    let rows = zip(samples, images).map { FigureRow(sample: $0, image: $1) }
    let values = scores.samples.map { Optional($0.scored.score) }
    var intervals: [String: ClosedRange<Double>] = [:]
    for figure in benchmark.figures(of: samples) {
      let units = figure.paired(rows, a: values, b: values)
      guard units.isDefined,
        let estimate = units.figure.layout.estimate(units.figure.a)?.scaled(by: figure.points),
        let low = estimate.low, let high = estimate.high, low <= high
      else { continue }
      intervals[figure.name] = low...high
    }
    return intervals
  }

  /// The image of each question by content, or by name where no hash was recorded.
  private static func images(
    _ answers: RunAnswers, benchmark: any Benchmark
  ) -> [String?] {
    let rows = Array(zip(answers.asked, answers.selected))
    let isHashed = rows.contains { $0.1.answer?.imageHash != nil }
    var known: [String: String] = [:]
    for (asked, selected) in rows {
      if let identity = asked.imageIdentity, let hash = selected.answer?.imageHash {
        known[identity] = hash
      }
    }
    return rows.map { asked, selected in
      isHashed
        ? selected.answer?.imageHash ?? asked.imageIdentity.flatMap { known[$0] }
        : asked.imageIdentity.map(benchmark.photograph)
    }
  }
}
