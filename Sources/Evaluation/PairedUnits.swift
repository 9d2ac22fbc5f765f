public import Statistics

/// The units that two runs have in common, and how many they have not.
public struct PairedUnits: Sendable {
  public struct Stratum: Sendable, Equatable {
    public let name: String
    public let weight: Double
    public let compared: Int
    /// Units of either run.
    public let total: Int
  }

  public let figure: PairedFigure
  /// The rows of each compared unit, as places in the rows that were given.
  public let rows: [[Int]]
  /// Units that were left out because they cannot be judged.
  public let excluded: Int
  /// In the order in which they first occur.
  public let strata: [Stratum]
  /// The largest difference of two values of a unit.
  public let range: Double

  public var compared: Int { strata.reduce(0) { $0 + $1.compared } }
  public var total: Int { strata.reduce(0) { $0 + $1.total } }

  /// Whether every stratum has a unit that is compared: otherwise the figure has no value.
  public var isDefined: Bool { !strata.isEmpty && strata.allSatisfy { $0.compared > 0 } }

  /// The largest value that the figure can have: `Σ w_h R`.
  public var bestValue: Double { strata.reduce(0) { $0 + $1.weight * range } }

  /// What the units that were not compared may have taken from the difference at most:
  /// `Σ w_h (m_h/N_h) (mean_h + R)`.
  public var uncomparedLoss: Double { bound { range + $0 } }

  /// The least and the largest difference that the figure can have, whatever became of the units
  /// that were not compared.
  public var bounds: (worst: Double, best: Double)? {
    guard isDefined, let difference = figure.difference()?.value else { return nil }
    return (difference - uncomparedLoss, difference + bound { range - $0 })
  }

  private func bound(_ part: (_ mean: Double) -> Double) -> Double {
    let means = figure.stratumMeans()
    return strata.reduce(0.0) { sum, stratum in
      guard stratum.total > stratum.compared else { return sum }
      let mean = means.first { $0.stratum.name.utf8.elementsEqual(stratum.name.utf8) }?.mean ?? 0
      let share = Double(stratum.total - stratum.compared) / Double(stratum.total)
      return sum + stratum.weight * share * part(mean)
    }
  }
}
