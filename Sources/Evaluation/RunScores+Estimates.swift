public import Statistics

extension RunScores {
  /// A figure with its error and 95 % interval, on the evaluator's scale; nil where the benchmark
  /// does not say what the figure is made of, or the profile's evaluator computes another one.
  ///
  ///     scores.estimate(of: scores.metrics[0])?.standardError
  public func estimate(of row: MetricRow) -> Estimate? {
    guard row.value.isFinite, let figure = figures.first(where: { $0.name == row.name }) else {
      return nil
    }
    let rows = zip(samples, images).map { FigureRow(sample: $0.scored.sample, image: $1) }
    let estimate = figure.estimate(rows, scores: samples.map(\.scored.score))
    // An error belongs to the figure that it was computed of, and to no other.
    guard let estimate, abs(estimate.value - row.value) <= 1e-9 * max(1, abs(row.value)) else {
      return nil
    }
    return estimate
  }
}
