/// The decision about a family of figures (docs/comparison.md, section 8).
///
/// Two errors are controlled by two rules: a quiet night is called a regression with a probability
/// of at most `alpha` (Holm over exact tests), and so is a true drop of the margin or more called
/// no regression (every figure must pass). What lies between is said to be unclear.
public enum Gate {
  /// What is known about a figure, all in points.
  public struct Figure: Sendable, Equatable {
    public enum Status: String, Sendable {
      case compared
      case missing
      case incomparable
    }

    public var name: String
    public var status = Status.compared
    /// B minus A on what was compared, positive is better.
    public var difference = 0.0
    public var standardError: Double?
    public var degreesOfFreedom: Double?
    /// That B is worse: by sign flips.
    public var lowerP = 1.0
    /// The tolerated drop.
    public var margin = 0.0
    public var losingClusters = 0
    public var gainingClusters = 0
    /// See ``PairedFigure/Changes/largestStep``.
    public var largestStep = 0.0
    /// Units compared, and units of either run.
    public var compared = 0
    public var total = 0
    /// The largest possible change of the figure if all of its units change.
    public var range = 0.0
    /// What units that were not compared may have cost, where the figure has several strata:
    /// `Σ w_h (m_h/N_h) (mean_h + R)`. Nil for one stratum, whose formula needs no more than the
    /// counts.
    public var uncomparedLoss: Double?

    public init(name: String, status: Status = .compared) {
      self.name = name
      self.status = status
    }
  }

  public enum Verdict: String, Sendable {
    case regression
    case noRegression = "no_regression"
    case cannotTell = "cannot_tell"
    case missing
    case incomparable
    /// Of the whole: a figure of the family is missing or incomparable.
    case incomplete
  }

  public enum Note: String, Sendable {
    /// A drop is shown, and it is shown to be smaller than the margin.
    case dropWithinTolerance = "drop_within_tolerance"
    /// A drop is shown; whether it exceeds the margin is not.
    case dropOfUnclearSize = "drop_of_unclear_size"
    /// There is no standard error.
    case tooFewClusters = "too_few_clusters"
    case notAllCompared = "not_all_compared"
  }

  public struct Decision: Sendable, Equatable {
    public var name: String
    public var verdict: Verdict
    public var holmP: Double
    /// The lower bound of the difference that the verdict uses; nil where there is no standard
    /// error.
    public var low: Double?
    public var note: Note?
  }

  public struct Outcome: Sendable, Equatable {
    public var figures: [Decision]
    public var overall: Verdict

    /// 0, 100 for a regression, 101 where something is missing, 102 for `cannot tell` if that is to
    /// fail.
    public func exitCode(strict: Bool) -> Int32 {
      switch overall {
      case .regression: 100
      case .incomplete, .missing, .incomparable: 101
      case .cannotTell: strict ? 102 : 0
      case .noRegression: 0
      }
    }
  }

  /// Fewer changed clusters than this, and the bound is that of a Poisson count.
  static let fewChanges = 20
  private static let pointTolerance = 1e-9
  private static let pTolerance = 1e-12

  /// Decides about a family; figures that are missing keep their place in it.
  public static func decide(_ family: [Figure], alpha: Double = 0.05) -> Outcome {
    let adjusted = Multiplicity.holm(family.map { $0.status == .compared ? $0.lowerP : 1 })
    let decisions = zip(family, adjusted).map { decide($0, holmP: $1, alpha: alpha) }
    let verdicts = decisions.map(\.verdict)
    let overall: Verdict =
      if verdicts.contains(.regression) {
        .regression
      } else if verdicts.contains(.missing) || verdicts.contains(.incomparable) {
        .incomplete
      } else if verdicts.contains(.cannotTell) {
        .cannotTell
      } else {
        .noRegression
      }
    return Outcome(figures: decisions, overall: overall)
  }

  private static func decide(_ figure: Figure, holmP: Double, alpha: Double) -> Decision {
    var decision = Decision(name: figure.name, verdict: .cannotTell, holmP: holmP)
    switch figure.status {
    case .missing:
      decision.verdict = .missing
      return decision
    case .incomparable:
      decision.verdict = .incomparable
      return decision
    case .compared: break
    }
    decision.low = lowerBound(of: figure, alpha: alpha)
    let isShown = holmP <= alpha + pTolerance
    if isShown, figure.difference < 0, figure.difference <= -figure.margin + pointTolerance {
      decision.verdict = .regression
    } else if let low = decision.low, low >= -figure.margin - pointTolerance {
      decision.verdict = .noRegression
      decision.note = isShown ? .dropWithinTolerance : nil
    } else if decision.low == nil {
      decision.note = .tooFewClusters
    } else if isShown {
      decision.note = .dropOfUnclearSize
    } else if figure.compared < figure.total {
      decision.note = .notAllCompared
    }
    return decision
  }

  /// The drop that is excluded with confidence `1 - alpha`, whatever became of units that were not
  /// compared.
  static func lowerBound(of figure: Figure, alpha: Double) -> Double? {
    guard let error = figure.standardError, let df = figure.degreesOfFreedom else { return nil }
    var low = figure.difference - StudentT.quantile(1 - alpha, df: df) * error
    if figure.losingClusters + figure.gainingClusters < fewChanges {
      low = min(
        low,
        -PoissonDistribution.upperLimit(figure.losingClusters, alpha: alpha) * figure.largestStep)
    }
    let uncompared = figure.total - figure.compared
    guard uncompared > 0 else { return low }
    if let loss = figure.uncomparedLoss { return low - loss }
    return (Double(figure.compared) * low - Double(uncompared) * figure.range)
      / Double(figure.total)
  }
}
