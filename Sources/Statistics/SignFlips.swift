/// The test of the gate: under "A and B are exchangeable within every image" the sign of each
/// image's contribution is a fair coin (docs/comparison.md, section 5.2).
///
/// It is exact for any metric, needs no variance, and works with few changes.
public struct SignFlips: Sendable, Equatable {
  /// Clusters whose sum changed.
  public var changedClusters: Int
  /// Whether all patterns of signs were counted.
  public var isExact: Bool
  /// Patterns counted or drawn.
  public var draws: Int
  /// The figure's difference, turned so that positive is better.
  public var statistic: Double
  public var countTwoSided: Int
  public var countLess: Int
  public var countGreater: Int

  private func p(_ count: Int) -> Double {
    isExact ? Double(count) / Double(draws) : Double(1 + count) / Double(draws + 1)
  }

  public var twoSidedP: Double { p(countTwoSided) }
  /// Small where B is clearly worse.
  public var lowerP: Double { p(countLess) }
  public var greaterP: Double { p(countGreater) }

  /// Up to this many changed clusters all patterns are counted.
  static let exactLimit = 16

  /// - Parameters:
  ///   - contributions: each changed cluster's part of the difference, in order
  ///   - random: drawn from only above 16 contributions
  init(_ contributions: [Double], draws: Int, random: inout Xoshiro256) {
    changedClusters = contributions.count
    isExact = contributions.count <= Self.exactLimit
    self.draws = isExact ? 1 << contributions.count : draws
    var total = 0.0
    var size = 0.0
    for contribution in contributions {
      total += contribution
      size += abs(contribution)
    }
    statistic = total
    let tolerance = 1e-9 * size
    var (two, less, greater) = (0, 0, 0)
    func count(_ drawn: Double) {
      if abs(drawn) >= abs(total) - tolerance { two += 1 }
      if drawn <= total + tolerance { less += 1 }
      if drawn >= total - tolerance { greater += 1 }
    }
    if isExact {
      for pattern in 0..<UInt64(self.draws) {
        count(Self.sum(contributions[...], signs: pattern, onto: 0))
      }
    } else {
      for _ in 0..<draws {
        var drawn = 0.0
        var start = 0
        while start < contributions.count {
          let end = min(start + 64, contributions.count)
          drawn = Self.sum(contributions[start..<end], signs: random.next(), onto: drawn)
          start = end
        }
        count(drawn)
      }
    }
    (countTwoSided, countLess, countGreater) = (two, less, greater)
  }

  /// Adds up to 64 contributions from the left; a set bit, lowest first, negates its contribution.
  private static func sum(
    _ contributions: ArraySlice<Double>, signs: UInt64, onto start: Double
  ) -> Double {
    var sum = start
    var bits = signs
    for contribution in contributions {
      // The sign bit alone is flipped: no branch that half of the time goes the other way.
      sum += Double(bitPattern: contribution.bitPattern ^ (bits << 63))
      bits >>= 1
    }
    return sum
  }
}

extension PairedFigure {
  /// Flips the signs of clusters.
  /// - Parameter label: `benchmark/figure`; the stream is that of `label/signflip`
  public func signFlips(seed: UInt64 = 1, label: String, draws: Int = 9999) -> SignFlips {
    let differences = differences
    var contributions: [Double] = []
    for stratum in layout.strata {
      for cluster in stratum.clusters {
        let sum = layout.sum(cluster, of: differences)
        if abs(sum) <= Self.tolerance { continue }
        contributions.append(sign * stratum.weight * sum / Double(stratum.unitCount))
      }
    }
    var random = Xoshiro256(seed: seed, label: label + "/signflip")
    return SignFlips(contributions, draws: draws, random: &random)
  }
}
