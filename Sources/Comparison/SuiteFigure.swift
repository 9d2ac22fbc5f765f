import Evaluation
import Metrics
import Statistics

/// The mean of the deciding figures' differences, each in hundredths of its best value: a small
/// drop everywhere is invisible to separate tests (docs/comparison.md, section 8).
public struct SuiteFigure: Sendable, Equatable {
  /// B minus A, positive is better.
  public let value: Double
  public let standardError: Double?
  public let degreesOfFreedom: Double?
  public let figures: Int
  let uncomparedLoss: Double
  let losingClusters: Int
  let gainingClusters: Int
  let compared: Int
  let total: Int

  /// Nil where fewer than two figures can be compared.
  init?(_ compared: [BenchmarkComparison]) {
    let figures = compared.flatMap { comparison in
      comparison.figures.filter { $0.figure.margin != nil && $0.units.isDefined }
    }
    guard figures.count >= 2 else { return nil }
    let parts = figures.compactMap { figure -> (Estimate, Double, Double)? in
      figure.difference.map {
        let share = 100 / (figure.units.bestValue * figure.figure.points)
        return ($0, share, figure.units.uncomparedLoss * figure.figure.points * share)
      }
    }
    let mean = WeightedSum(
      parts.map { estimate, share, _ in (estimate, share / Double(parts.count)) })
    value = mean.value
    standardError = mean.standardError
    degreesOfFreedom = mean.degreesOfFreedom
    self.figures = parts.count
    uncomparedLoss = parts.reduce(0) { $0 + $1.2 } / Double(parts.count)
    losingClusters = figures.reduce(0) { $0 + $1.changes.losingClusters }
    gainingClusters = figures.reduce(0) { $0 + $1.changes.gainingClusters }
    self.compared = figures.reduce(0) { $0 + $1.units.compared }
    total = figures.reduce(0) { $0 + $1.units.total }
  }

  /// `P(T < value / SE)`.
  public var lowerP: Double {
    guard let standardError, let degreesOfFreedom else { return 1 }
    if standardError == 0 { return value == 0 ? 1 : (value < 0 ? 0 : 1) }
    return StudentT.lowerTail(value / standardError, df: degreesOfFreedom)
  }

  func gateFigure(margin: Double) -> Gate.Figure {
    var figure = Gate.Figure(name: GateConfiguration.suite)
    figure.difference = value
    figure.standardError = standardError
    figure.degreesOfFreedom = degreesOfFreedom
    figure.lowerP = lowerP
    figure.margin = margin
    figure.losingClusters = losingClusters
    figure.gainingClusters = gainingClusters
    figure.compared = compared
    figure.total = total
    figure.uncomparedLoss = uncomparedLoss
    return figure
  }
}

/// Score_fine of both sides and its difference: the mean of five figures on 0 to 100, taken for
/// independent.
public struct FineScoreComparison: Sendable, Equatable {
  public let a: Double
  public let b: Double
  public let difference: Double
  public let standardError: Double?
  public let low: Double?
  public let high: Double?

  /// What must be said beside the error.
  public static let note =
    "the five benchmarks are taken for independent, although 200 questions of OCRBench come from"
    + " four of them"

  /// How many benchmarks it is the mean of; which ones, and the place of each, they say themselves.
  private static let count = 5

  /// Nil unless the headlines of all five are compared.
  init?(_ compared: [BenchmarkComparison]) {
    var places: [(place: Int, figure: FigureComparison, weight: Double)] = []
    for comparison in compared {
      guard let printed = comparison.benchmark as? any PrintedInPaper,
        let place = printed.fineScorePosition,
        let figure = comparison.figures.first(where: { !$0.isExploration }),
        figure.units.isDefined
      else { continue }
      // A figure that counts hits: of a part of its questions the divisor says nothing on 0 to 100.
      let isCount = printed.paperColumnDivisor != 1
      let scale = isCount ? 100 / figure.units.bestValue : 1
      places.append((place, figure, scale / Double(Self.count)))
    }
    places.sort { $0.place < $1.place }
    guard places.map(\.place) == Array(1...Self.count) else { return nil }
    let parts = places.map { ($0.figure, $0.weight) }
    func sum(_ side: (FigureComparison) -> Estimate?) -> WeightedSum? {
      let estimates = parts.compactMap { figure, factor in side(figure).map { ($0, factor) } }
      return estimates.count == parts.count ? WeightedSum(estimates) : nil
    }
    guard let a = sum(\.a), let b = sum(\.b), let difference = sum(\.difference) else { return nil }
    self.a = a.value
    self.b = b.value
    self.difference = difference.value
    standardError = difference.standardError
    let half = difference.standardError.flatMap { error in
      difference.degreesOfFreedom.map { StudentT.quantile(0.975, df: $0) * error }
    }
    low = half.map { difference.value - $0 }
    high = half.map { difference.value + $0 }
  }
}

/// A weighted sum of independent estimates, with Satterthwaite's degrees of freedom.
struct WeightedSum {
  var value = 0.0
  var standardError: Double?
  var degreesOfFreedom: Double?

  init(_ parts: [(estimate: Estimate, weight: Double)]) {
    var variance = 0.0
    var squares = 0.0
    var spare = 0.0
    var isDefined = true
    for (estimate, weight) in parts {
      value += weight * estimate.value
      guard let error = estimate.standardError, let df = estimate.degreesOfFreedom else {
        isDefined = false
        continue
      }
      let part = weight * weight * error * error
      variance += part
      squares += part * part / df
      spare += df
    }
    guard isDefined else { return }
    standardError = variance.squareRoot()
    degreesOfFreedom = squares > 0 ? variance * variance / squares : spare
  }
}
