import Metrics
public import Statistics

/// What a printed figure is made of: which rows make a unit, what a unit is worth, which part of
/// the figure it belongs to. Errors, tests and verdicts follow from this (docs/comparison.md,
/// section 4).
///
/// A figure is `Σ_h w_h · mean of the units of stratum h`, times ``points`` on the scale that
/// papers print. Each benchmark describes its figures in its own folder:
///
///     Figure.mean("anls", points: 100, role: .gate(margin: 0.5))
public struct Figure: Sendable {
  /// Where a row belongs.
  public struct Place: Sendable, Equatable {
    /// A part whose size is fixed by the figure's definition; one for most figures.
    public var stratum: String
    /// Rows with the same unit are judged together; nil: the row is a unit of its own.
    public var unit: String?
    /// Whether the row stands for its unit: its image is the unit's, and a unit without such a row
    /// is left out.
    public var leads: Bool

    public init(stratum: String = "", unit: String? = nil, leads: Bool = true) {
      self.stratum = stratum
      self.unit = unit
      self.leads = leads
    }
  }

  /// What a comparison uses the figure for.
  public enum Role: Sendable, Equatable {
    /// It decides: a drop of `margin` points or more is a regression.
    case gate(margin: Double)
    /// It is shown, and decides nothing.
    case exploration
  }

  /// As ``MetricRow/name``.
  public let name: String
  /// The factor to the scale that papers print.
  public let points: Double
  public let role: Role
  public let lowerIsBetter: Bool
  /// The largest difference of two values of a unit.
  public let unitRange: Double
  public let weights: StratumWeights
  /// Where a row belongs; nil: not in this figure.
  public let place: @Sendable (Sample) -> Place?
  /// What a unit is worth, from its rows in the order of the data; nil: it cannot be judged.
  public let value: @Sendable ([ScoredSample]) -> Double?

  public init(
    name: String, points: Double, role: Role, lowerIsBetter: Bool = false, unitRange: Double = 1,
    weights: StratumWeights = .one, place: @escaping @Sendable (Sample) -> Place?,
    value: @escaping @Sendable ([ScoredSample]) -> Double?
  ) {
    self.name = name
    self.points = points
    self.role = role
    self.lowerIsBetter = lowerIsBetter
    self.unitRange = unitRange
    self.weights = weights
    self.place = place
    self.value = value
  }

  /// A mean over rows, 0 to 1 each.
  ///
  /// - Parameters:
  ///   - includes: the rows that it is over
  ///   - value: what a row is worth, its score unless said otherwise
  public static func mean(
    _ name: String, points: Double, role: Role, lowerIsBetter: Bool = false,
    includes: @escaping @Sendable (Sample) -> Bool = { _ in true },
    value: @escaping @Sendable (ScoredSample) -> Double = { $0.score.value }
  ) -> Figure {
    Figure(
      name: name, points: points, role: role, lowerIsBetter: lowerIsBetter,
      place: { includes($0) ? Place() : nil }, value: { $0.first.map(value) })
  }

  /// The tolerated drop in points, where the figure decides.
  public var margin: Double? {
    if case .gate(let margin) = role { return margin }
    return nil
  }
}
