public import Evaluation
import Metrics
public import Statistics

/// One figure of two runs: everything that is known about its difference, in points.
public struct FigureComparison: Sendable {
  public let benchmark: String
  public let title: String
  public let figure: Figure
  /// Which rows make which unit, as places in ``BenchmarkComparison/questions``.
  public let units: PairedUnits
  public let a: Estimate?
  public let b: Estimate?
  /// B minus A, turned so that positive is better.
  public let difference: Estimate?
  /// The same without the rows that failed in either run; nil where none failed.
  public let differenceWithoutFailures: Double?
  public let signFlips: SignFlips
  /// The bootstrap's interval of the difference, in points; nil where it was left out.
  public let bootstrap: (low: Double, high: Double, standardError: Double, p: Double)?
  public let changes: PairedFigure.Changes
  public let mcNemar: McNemar?
  /// The least and the largest difference, whatever became of what was not compared.
  public let bounds: (worst: Double, best: Double)?
  /// What of the difference is due to the scorer; nil where no scores are stored.
  public let scorer: ScorerSplit?
  /// The smallest drop that this comparison shows with 80 %.
  public internal(set) var minimumDetectable: Double?
  /// What the gate says; nil for a figure that decides nothing.
  public internal(set) var decision: Gate.Decision?
  /// The tolerated drop that the gate used.
  public internal(set) var margin: Double?
  /// Two-sided p over all figures of exploration, by Benjamini and Hochberg.
  public internal(set) var exploratoryP: Double?

  /// `docvqa/anls`.
  public var key: String { "\(benchmark)/\(figure.name)" }
  public var isExploration: Bool { figure.role == .exploration }

  /// A difference of stored scores in two parts, in points, turned so that positive is better.
  public struct ScorerSplit: Sendable, Equatable {
    public let storedA: Double
    public let storedB: Double
    public let presentA: Double
    public let presentB: Double
    let sign: Double

    /// Stored B minus stored A.
    public var total: Double { sign * (storedB - storedA) }
    /// What the answers changed, under the present rules.
    public var answers: Double { sign * (presentB - presentA) }
    /// The rest.
    public var scorer: Double { total - answers }
    public var changedA: Bool { abs(storedA - presentA) > 1e-9 }
    public var changedB: Bool { abs(storedB - presentB) > 1e-9 }
    public var isChanged: Bool { changedA || changedB }
  }

  /// Compares one figure.
  /// - Parameters:
  ///   - questions: of either run; what is not compared has no scores
  init(
    _ figure: Figure, of benchmark: any Benchmark, _ questions: [ComparedQuestion],
    rows: [FigureRow], scorer: ScorerSplit?, options: ComparisonOptions
  ) {
    self.benchmark = benchmark.name
    title = benchmark.title
    self.figure = figure
    self.scorer = scorer
    let isCompared = questions.map { $0.kind == .compared }
    let a = questions.indices.map { isCompared[$0] ? questions[$0].a?.scored.score : nil }
    let b = questions.indices.map { isCompared[$0] ? questions[$0].b?.scored.score : nil }
    let units = figure.paired(rows, a: a, b: b)
    self.units = units
    let paired = units.figure
    let points = figure.points
    let largest = units.bestValue * points
    func estimate(_ values: [Double]) -> Estimate? {
      guard units.isDefined else { return nil }
      var estimate = paired.layout.estimate(values, level: options.level)?.scaled(by: points)
      estimate?.scale = 0...largest
      return estimate
    }
    self.a = estimate(paired.a)
    self.b = estimate(paired.b)
    var difference =
      units.isDefined ? paired.difference(level: options.level)?.scaled(by: points) : nil
    difference?.scale = -largest...largest
    self.difference = difference
    let label = "\(benchmark.name)/\(figure.name)"
    signFlips = paired.signFlips(seed: options.seed, label: label, draws: options.draws)
    // A check of what decides; categories are only looked at.
    let needsBootstrap = options.replicates > 0 && units.isDefined && figure.role != .exploration
    bootstrap =
      needsBootstrap
      ? paired.bootstrap(
        seed: options.seed, label: label, replicates: options.replicates, level: options.level
      ).map {
        (
          $0.difference.low * points, $0.difference.high * points, $0.standardError * points, $0.p
        )
      } : nil
    var changes = paired.changes(range: figure.unitRange)
    changes.largestStep *= points
    self.changes = changes
    mcNemar = paired.mcNemar
    bounds = units.bounds.map { ($0.worst * points, $0.best * points) }
    let failed = questions.map { !($0.a?.isAnswered ?? true) || !($0.b?.isAnswered ?? true) }
    differenceWithoutFailures =
      failed.contains(true)
      ? Self.difference(figure, rows: rows, a: a, b: b, without: failed) : nil
  }

  private static func difference(
    _ figure: Figure, rows: [FigureRow], a: [MetricScore?], b: [MetricScore?],
    without failed: [Bool]
  ) -> Double? {
    let kept = rows.indices.filter { !failed[$0] }
    let units = figure.paired(
      kept.map { rows[$0] }, a: kept.map { a[$0] }, b: kept.map { b[$0] })
    return units.isDefined ? units.figure.difference().map { $0.value * figure.points } : nil
  }

  /// What the gate must know; the margin in points.
  func gateFigure(margin: Double) -> Gate.Figure {
    guard units.isDefined, let difference else {
      return Gate.Figure(name: key, status: .incomparable)
    }
    var known = Gate.Figure(name: key)
    known.difference = difference.value
    known.standardError = difference.standardError
    known.degreesOfFreedom = difference.degreesOfFreedom
    known.lowerP = signFlips.lowerP
    known.margin = margin
    known.losingClusters = changes.losingClusters
    known.gainingClusters = changes.gainingClusters
    known.largestStep = changes.largestStep
    known.compared = units.compared
    known.total = units.total
    known.range = figure.unitRange * figure.points
    known.uncomparedLoss = units.uncomparedLoss * figure.points
    return known
  }

  /// How many images would decide the margin, where this comparison could not.
  public var clustersNeeded: Double? {
    guard let margin, margin > 0, let difference, let error = difference.standardError, error > 0
    else { return nil }
    return Power.clustersNeeded(
      clusters: difference.clusters, standardError: error, margin: margin)
  }
}
