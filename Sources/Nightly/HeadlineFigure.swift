import Evaluation
import Metrics
import Statistics

/// A figure that decides, of one run, with its error: in points.
struct HeadlineFigure: Sendable {
  let name: String
  let value: Double
  let standardError: Double?
  let low: Double?
  let high: Double?
  let clusters: Int
  let lowerIsBetter: Bool

  /// The deciding figures of a run, as its benchmark describes them.
  static func all(_ scores: RunScores, benchmark: any Benchmark) -> [HeadlineFigure] {
    guard scores.hasReferences else { return [] }
    let rows = scores.samples.map {
      FigureRow(sample: $0.scored.sample, image: $0.answer?.imageHash)
    }
    return all(rows, scores: scores.samples.map(\.scored.score), benchmark: benchmark)
  }

  /// - Parameter scores: one per row
  static func all(
    _ rows: [FigureRow], scores: [MetricScore], benchmark: any Benchmark
  ) -> [HeadlineFigure] {
    // Of a split to submit nothing is right or wrong: it has no figures, and no zeros either.
    guard rows.lazy.map(\.sample).areScorable else { return [] }
    return benchmark.figures(of: rows.map(\.sample)).compactMap { figure in
      guard figure.margin != nil, let estimate = figure.estimate(rows, scores: scores) else {
        return nil
      }
      let points = estimate.scaled(by: figure.points)
      let interval = points.shownInterval
      return HeadlineFigure(
        name: figure.name, value: points.value, standardError: points.standardError,
        low: interval?.low, high: interval?.high, clusters: points.clusters,
        lowerIsBetter: figure.lowerIsBetter)
    }
  }
}
