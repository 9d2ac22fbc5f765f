/// The paired cluster bootstrap: a check beside the t interval, and the interval of figures without
/// a closed form (docs/comparison.md, section 5.1). The gate does not use it.
public struct ClusterBootstrap: Sendable {
  /// The difference in each replicate, as drawn.
  public let differences: [Double]
  public let difference: Interval
  public let a: Interval
  public let b: Interval
  /// The mean and the standard deviation of the replicates' differences.
  public let mean: Double
  public let standardError: Double
  public let atMostZero: Int
  public let atLeastZero: Int

  /// A percentile interval.
  public struct Interval: Sendable, Equatable {
    public let low: Double
    public let high: Double

    /// By linear interpolation between order statistics (type 7).
    init(_ values: [Double], level: Double) {
      let sorted = values.sorted()
      func quantile(_ q: Double) -> Double {
        let place = Double(sorted.count - 1) * q
        let below = Int(place.rounded(.down))
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
      }
      low = quantile((1 - level) / 2)
      high = quantile(1 - (1 - level) / 2)
    }
  }

  /// Two-sided.
  public var p: Double {
    min(1, 2 * Double(1 + min(atMostZero, atLeastZero)) / Double(differences.count + 1))
  }

  init(differences: [Double], a: [Double], b: [Double], level: Double) {
    self.differences = differences
    difference = Interval(differences, level: level)
    self.a = Interval(a, level: level)
    self.b = Interval(b, level: level)
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    self.mean = mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = (squares / (count - 1)).squareRoot()
    atMostZero = differences.count { $0 <= 0 }
    atLeastZero = differences.count { $0 >= 0 }
  }
}

extension PairedFigure {
  /// Draws clusters with replacement, the same for both runs.
  ///
  /// - Parameters:
  ///   - label: `benchmark/figure`; the stream is that of `label/bootstrap`
  ///   - replicates: at least 2
  /// - Returns: nil where there is no unit
  public func bootstrap(
    seed: UInt64 = 1, label: String, replicates: Int = 10_000, level: Double = 0.95
  ) -> ClusterBootstrap? {
    precondition(replicates >= 2, "a standard deviation needs two replicates")
    guard layout.unitCount > 0 else { return nil }
    struct Sums {
      var units: Double
      var a: Double
      var b: Double
    }
    let strata = layout.strata.map { stratum in
      (
        weight: stratum.weight,
        clusters: stratum.clusters.map {
          Sums(units: Double($0.count), a: layout.sum($0, of: a), b: layout.sum($0, of: b))
        }
      )
    }
    var random = Xoshiro256(seed: seed, label: label + "/bootstrap")
    var differences: [Double] = []
    var drawnA: [Double] = []
    var drawnB: [Double] = []
    differences.reserveCapacity(replicates)
    drawnA.reserveCapacity(replicates)
    drawnB.reserveCapacity(replicates)
    for _ in 0..<replicates {
      var figureA = 0.0
      var figureB = 0.0
      for (weight, clusters) in strata {
        let count = UInt64(clusters.count)
        var drawn = Sums(units: 0, a: 0, b: 0)
        clusters.withUnsafeBufferPointer { clusters in
          for _ in 0..<count {
            let cluster = clusters[Int(random.below(count))]
            drawn.units += cluster.units
            drawn.a += cluster.a
            drawn.b += cluster.b
          }
        }
        figureA += weight * (drawn.a / drawn.units)
        figureB += weight * (drawn.b / drawn.units)
      }
      drawnA.append(figureA)
      drawnB.append(figureB)
      differences.append(sign * (figureB - figureA))
    }
    return ClusterBootstrap(differences: differences, a: drawnA, b: drawnB, level: level)
  }
}
