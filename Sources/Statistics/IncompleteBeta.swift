import Foundation

/// The regularised incomplete beta function, by Lentz's continued fraction.
enum IncompleteBeta {
  /// `I_x(a, b)` for `0 <= x <= 1`, given together with `1 - x` so that neither loses its digits.
  static func regularized(_ a: Double, _ b: Double, at x: Double, complement y: Double) -> Double {
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    let front = exp(a * log(x) + b * log(y) - logBeta(a, b))
    // The fraction converges fast on one side of the mean only.
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(a, b, x) / a
      : 1 - front * fraction(b, a, y) / b
  }

  /// `ln B(a, b)`.
  static func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / guarded(1 - (a + b) * x / (a + 1))
    var product = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / guarded(1 + even * d)
      c = guarded(1 + even / c)
      product *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / guarded(1 + odd * d)
      c = guarded(1 + odd / c)
      let factor = d * c
      product *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return product
  }
}
