/// A figure of two runs on the same units.
///
/// Everything about the difference is computed on `b - a` per unit, not from two errors: what the
/// runs share cancels.
///
///     let figure = PairedFigure(layout: layout, a: scoresOfA, b: scoresOfB)
///     figure.difference()?.value
///     figure.signFlips(seed: 1, label: "docvqa/anls").lowerP
public struct PairedFigure: Sendable {
  /// What counts as no change of a cluster's sum: 0.1 + 0.2 - 0.3 is not 0.
  public static let tolerance = 1e-9

  public let layout: ClusterLayout
  /// One value per unit, in the order of the data.
  public let a: [Double]
  public let b: [Double]
  /// Whether less is better: the difference is turned so that positive is better.
  public let lowerIsBetter: Bool

  public init(layout: ClusterLayout, a: [Double], b: [Double], lowerIsBetter: Bool = false) {
    precondition(a.count == layout.unitCount && b.count == a.count, "two values per unit")
    self.layout = layout
    self.a = a
    self.b = b
    self.lowerIsBetter = lowerIsBetter
  }

  var sign: Double { lowerIsBetter ? -1 : 1 }

  /// `b - a` of each unit, not turned.
  var differences: [Double] { zip(a, b).map { $1 - $0 } }

  /// B minus A, turned so that positive is better; nil where there is no unit.
  public func difference(level: Double = 0.95) -> Estimate? {
    layout.estimate(differences.map { sign * $0 }, level: level)
  }

  /// The mean of the turned differences in each stratum, in the layout's order.
  public func stratumMeans() -> [(stratum: ClusterLayout.Stratum, mean: Double)] {
    let differences = differences
    return layout.strata.map { stratum in
      let sum = stratum.clusters.reduce(0.0) { $0 + layout.sum($1, of: differences) }
      return (stratum, sign * sum / Double(stratum.unitCount))
    }
  }

  /// How many units and clusters got better, worse, and stayed.
  public struct Changes: Sendable, Equatable {
    public var better = 0
    public var worse = 0
    public var same = 0
    public var gainingClusters = 0
    public var losingClusters = 0
    /// The largest change of the figure by one cluster that changed, or by one unit's whole range.
    public var largestStep = 0.0
  }

  /// - Parameter range: the largest possible change of one unit
  public func changes(range: Double) -> Changes {
    var changes = Changes()
    let differences = differences
    for stratum in layout.strata {
      let share = stratum.weight / Double(stratum.unitCount)
      changes.largestStep = max(
        changes.largestStep, stratum.weight * range / Double(stratum.unitCount))
      for cluster in stratum.clusters {
        for place in cluster {
          let change = sign * differences[layout.order[place]]
          if abs(change) <= Self.tolerance {
            changes.same += 1
          } else if change > 0 {
            changes.better += 1
          } else {
            changes.worse += 1
          }
        }
        let sum = sign * layout.sum(cluster, of: differences)
        guard abs(sum) > Self.tolerance else { continue }
        if sum > 0 { changes.gainingClusters += 1 } else { changes.losingClusters += 1 }
        changes.largestStep = max(changes.largestStep, abs(share * sum))
      }
    }
    return changes
  }

  /// Whether every value is 0 or 1, so that McNemar's test exists.
  public var isBinary: Bool { (a + b).allSatisfy { $0 == 0 || $0 == 1 } }

  /// McNemar's test over units; it ignores that units share clusters. Nil for graded values.
  public var mcNemar: McNemar? {
    guard isBinary else { return nil }
    let changes = zip(a, b).map { sign * ($1 - $0) }
    return McNemar(losses: changes.count { $0 < 0 }, gains: changes.count { $0 > 0 })
  }
}
