/// What a comparison can show (docs/comparison.md, section 12).
public enum Power {
  /// The smallest drop that is shown with this power, as the first of a family of figures:
  /// `(z(1 - alpha/m) + z(power)) SE`.
  public static func minimumDetectable(
    standardError: Double, alpha: Double = 0.05, power: Double = 0.8, family: Int = 1
  ) -> Double {
    (NormalDistribution.quantile(1 - alpha / Double(family)) + NormalDistribution.quantile(power))
      * standardError
  }

  /// How many images would decide a margin: `C ((z(1 - alpha) + z(power)) SE / margin)^2`.
  public static func clustersNeeded(
    clusters: Int, standardError: Double, margin: Double, alpha: Double = 0.05, power: Double = 0.8
  ) -> Double {
    let ratio =
      (NormalDistribution.quantile(1 - alpha) + NormalDistribution.quantile(power))
      * standardError / margin
    return Double(clusters) * ratio * ratio
  }

  /// The standard error to expect before a run.
  public struct Plan: Sendable, Equatable {
    public let designEffect: Double
    /// In points of 100.
    public let standardError: Double

    /// - Parameters:
    ///   - units: answers compared
    ///   - flipRate: the share of answers whose score changes
    ///   - correlation: of changes on one image
    ///   - weightedClusterSize: `Σ m² / Σ m` over the images' numbers of units
    public init(units: Int, flipRate: Double, correlation: Double, weightedClusterSize: Double) {
      designEffect = 1 + (weightedClusterSize - 1) * correlation
      standardError = 100 * (flipRate * designEffect / Double(units)).squareRoot()
    }
  }
}
