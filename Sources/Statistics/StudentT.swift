import Foundation

/// Student's t distribution.
public enum StudentT {
  /// `P(T > t)` with `df` degrees of freedom.
  public static func upperTail(_ t: Double, df: Double) -> Double {
    if t.isNaN || df.isNaN { return .nan }
    if t < 0 { return 1 - upperTail(-t, df: df) }
    if t == .infinity { return 0 }
    let square = t * t
    return 0.5
      * IncompleteBeta.regularized(
        df / 2, 0.5, at: df / (df + square), complement: square / (df + square))
  }

  /// `P(T < t)`.
  public static func lowerTail(_ t: Double, df: Double) -> Double { upperTail(-t, df: df) }

  /// The value that `T` stays below with probability `p`, by bisection to the last bit.
  public static func quantile(_ p: Double, df: Double) -> Double {
    if p == 0.5 { return 0 }
    if p < 0.5 { return -quantile(1 - p, df: df) }
    if p >= 1 { return .infinity }
    let tail = 1 - p
    return Bisection.firstReached(above: 0) { upperTail($0, df: df) <= tail }
  }
}

/// The standard normal distribution.
public enum NormalDistribution {
  /// `P(Z > z)`.
  public static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

  /// The value that `Z` stays below with probability `p`.
  public static func quantile(_ p: Double) -> Double {
    if p == 0.5 { return 0 }
    if p < 0.5 { return -quantile(1 - p) }
    if p >= 1 { return .infinity }
    let tail = 1 - p
    return Bisection.firstReached(above: 0) { upperTail($0) <= tail }
  }
}

/// Limits of a Poisson mean.
public enum PoissonDistribution {
  /// `P(X <= k)` where the mean of `X` is `mean`.
  public static func lowerTail(_ k: Int, mean: Double) -> Double {
    var term = exp(-mean)
    // Far out the first term underflows; the sum is then taken in logarithms.
    if term == 0 {
      return (0...k).reduce(0.0) { sum, count in
        sum + exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
      }
    }
    var sum = term
    for count in stride(from: 1, through: k, by: 1) {
      term *= mean / Double(count)
      sum += term
    }
    return sum
  }

  /// Garwood's upper limit of the mean after `k` events: the mean at which `P(X <= k)` is `alpha`.
  /// It is `-ln alpha` for no event, the rule of three.
  public static func upperLimit(_ k: Int, alpha: Double) -> Double {
    if k == 0 { return -log(alpha) }
    return Bisection.firstReached(above: Double(k)) { lowerTail(k, mean: $0) <= alpha }
  }
}
