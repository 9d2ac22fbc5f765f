import Foundation

/// McNemar's exact test of right and wrong answers (docs/comparison.md, section 5.3).
///
/// It takes units for independent; where they share images it rejects too often. Printed for
/// readers who expect it.
public struct McNemar: Sendable, Equatable {
  /// Right in A and wrong in B.
  public let losses: Int
  /// Wrong in A and right in B.
  public let gains: Int

  public init(losses: Int, gains: Int) {
    self.losses = losses
    self.gains = gains
  }

  public var twoSidedP: Double {
    min(1, 2 * Self.lowerTail(min(losses, gains), of: losses + gains))
  }

  /// Counts half of the observed table.
  public var midP: Double {
    if losses + gains == 0 { return 1 }
    let fewer = min(losses, gains)
    let n = losses + gains
    return min(1, 2 * Self.lowerTail(fewer, of: n) - Self.probability(fewer, of: n))
  }

  /// Small where B is clearly worse.
  public var lowerP: Double { Self.lowerTail(gains, of: losses + gains) }

  /// `P(X <= k)` for a fair coin thrown `n` times.
  private static func lowerTail(_ k: Int, of n: Int) -> Double {
    if k >= n { return 1 }
    // The shorter side is summed: it has the smaller terms and keeps the digits of small values.
    if 2 * k < n { return (0...k).reduce(0.0) { $0 + probability($1, of: n) } }
    return 1 - (0...(n - k - 1)).reduce(0.0) { $0 + probability($1, of: n) }
  }

  private static func probability(_ k: Int, of n: Int) -> Double {
    // Exact as long as the coefficients are whole numbers below 2^53.
    if n <= 50 {
      var coefficient = 1.0
      for step in 0..<min(k, n - k) {
        coefficient = coefficient * Double(n - step) / Double(step + 1)
      }
      return coefficient * exp2(-Double(n))
    }
    let choose =
      lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
    return exp(choose - Double(n) * log(2))
  }
}

/// A test that may be read after every image: the mixture likelihood ratio with a uniform prior on
/// (1/2, 1) (docs/comparison.md, section 11).
public enum RunningEvidence {
  /// The e-value after some losing and gaining images. Without a regression it reaches `1/alpha`
  /// with probability at most `alpha`, however often it is looked at.
  ///
  /// `E = 2^(n+1) B(l+1, g+1) (1 - I_1/2(l+1, g+1))`
  public static func eValue(losses: Int, gains: Int) -> Double {
    let a = Double(losses) + 1
    let b = Double(gains) + 1
    let tail = IncompleteBeta.regularized(b, a, at: 0.5, complement: 0.5)
    return exp(
      Double(losses + gains + 1) * log(2) + IncompleteBeta.logBeta(a, b) + log(tail))
  }
}
