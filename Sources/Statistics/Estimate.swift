/// A figure with its uncertainty; undefined parts are nil, never 0.
public struct Estimate: Sendable, Equatable {
  public var value: Double
  public var units: Int
  public var clusters: Int
  /// The clustered standard error; nil where a stratum has fewer than two clusters.
  public var standardError: Double?
  public var degreesOfFreedom: Double?
  /// The interval of ``level``.
  public var low: Double?
  public var high: Double?
  /// The confidence of the interval: 0.95.
  public var level: Double
  /// The standard error if every unit were a cluster of its own.
  public var unclusteredStandardError: Double?
  /// The least and the largest value that the figure can have; nil where nobody said so.
  public var scale: ClosedRange<Double>?

  /// How many times the variance of independent units: the price of sharing images. Nil where the
  /// unclustered error is 0 or undefined.
  public var designEffect: Double? {
    guard let standardError, let unclusteredStandardError, unclusteredStandardError > 0 else {
      return nil
    }
    return (standardError * standardError) / (unclusteredStandardError * unclusteredStandardError)
  }

  /// `P(|T| > |value| / SE)`: how surprising the value is if the truth is 0.
  public var twoSidedP: Double? {
    guard let standardError, let degreesOfFreedom else { return nil }
    if standardError == 0 { return value == 0 ? 1 : 0 }
    return 2 * StudentT.upperTail(abs(value) / standardError, df: degreesOfFreedom)
  }

  /// `P(T < value / SE)`: small where the value is clearly below 0.
  public var lowerP: Double? {
    guard let standardError, let degreesOfFreedom else { return nil }
    if standardError == 0 { return value == 0 ? 0.5 : (value < 0 ? 0 : 1) }
    return StudentT.lowerTail(value / standardError, df: degreesOfFreedom)
  }

  /// The same figure on another scale: every part times `factor`, which is positive.
  public func scaled(by factor: Double) -> Estimate {
    var scaled = self
    scaled.value = value * factor
    scaled.standardError = standardError.map { $0 * factor }
    scaled.low = low.map { $0 * factor }
    scaled.high = high.map { $0 * factor }
    scaled.unclusteredStandardError = unclusteredStandardError.map { $0 * factor }
    scaled.scale = scale.map { $0.lowerBound * factor...$0.upperBound * factor }
    return scaled
  }
}

extension ClusterLayout {
  /// The figure of these values, `Σ w_h · mean_h`, with its clustered standard error and interval
  /// (docs/comparison.md, section 3; Miller 2024, arXiv 2411.00640).
  ///
  /// - Parameters:
  ///   - values: one per unit, in the order of the data
  ///   - level: the confidence of the interval
  /// - Returns: nil where there is no unit
  public func estimate(_ values: [Double], level: Double = 0.95) -> Estimate? {
    precondition(values.count == unitCount, "one value per unit")
    guard unitCount > 0 else { return nil }
    var value = 0.0
    var clustered = VarianceSum()
    var independent = VarianceSum()
    for stratum in strata {
      let sums = stratum.clusters.map { sum($0, of: values) }
      let count = Double(stratum.unitCount)
      let mean = sums.reduce(0, +) / count
      value += stratum.weight * mean
      var squares = 0.0
      var unitSquares = 0.0
      for (cluster, sum) in zip(stratum.clusters, sums) {
        let residual = sum - Double(cluster.count) * mean
        squares += residual * residual
        for place in cluster {
          let residual = values[order[place]] - mean
          unitSquares += residual * residual
        }
      }
      clustered.add(squares, groups: stratum.clusters.count, units: count, weight: stratum.weight)
      independent.add(
        unitSquares, groups: stratum.unitCount, units: count, weight: stratum.weight)
    }
    let error = clustered.variance?.squareRoot()
    let df = clustered.degreesOfFreedom
    let half = error.flatMap { error in
      df.map { StudentT.quantile(1 - (1 - level) / 2, df: $0) * error }
    }
    return Estimate(
      value: value, units: unitCount, clusters: clusterCount, standardError: error,
      degreesOfFreedom: df, low: half.map { value - $0 }, high: half.map { value + $0 },
      level: level, unclusteredStandardError: independent.variance?.squareRoot())
  }
}

/// The variance of a weighted sum of strata's means, with Satterthwaite's degrees of freedom.
private struct VarianceSum {
  private var sum = 0.0
  private var squares = 0.0
  private var spareGroups = 0
  private var strata = 0
  private var isDefined = true

  mutating func add(_ residualSquares: Double, groups: Int, units: Double, weight: Double) {
    guard groups >= 2 else {
      isDefined = false
      return
    }
    let count = Double(groups)
    let variance = residualSquares * (count / (count - 1)) / (units * units)
    let weighted = weight * weight * variance
    sum += weighted
    squares += weighted * weighted / (count - 1)
    spareGroups += groups - 1
    strata += 1
  }

  var variance: Double? { isDefined ? sum : nil }

  var degreesOfFreedom: Double? {
    guard isDefined else { return nil }
    return strata == 1 || sum == 0 || squares == 0 ? Double(spareGroups) : sum * sum / squares
  }
}
