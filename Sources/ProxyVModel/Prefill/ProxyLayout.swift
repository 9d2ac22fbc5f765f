import Checkpoints
import Tensor

/// How many proxies a crop has and of which kind, from the configuration alone.
struct ProxyLayout: Sendable {
  /// Proxies per crop.
  let count: Int
  let tokensPerCrop: Int
  let source: Source

  enum Source: Sendable {
    /// A proxy per cell of a grid over the crop's square of tokens.
    case spatial
    /// Learned queries of width `reduced` that gather from anywhere in the crop; `spreadsByGrid`
    /// where the family's update is the spatial one all the same (Phi-3).
    case learned(reduced: Int, spreadsByGrid: Bool)
  }

  /// - Throws: ``ModelError`` where proxies on a grid are wanted of tokens that form no square any
  ///   more.
  init(_ configuration: ModelConfiguration, tokensPerCrop: Int) throws(ModelError) {
    self.tokensPerCrop = tokensPerCrop
    let factor = configuration.proxyReduceFactor
    let spreadsByGrid = !configuration.learnsProxies || configuration.family == .phi3
    guard !spreadsByGrid || tokensPerCrop == configuration.tokensPerCrop else {
      let needs =
        configuration.learnsProxies
        ? "this family spreads its learned proxies over a grid, and they need"
        : "spatial proxies need"
      let other = configuration.family == .phi3 ? " of another family" : ""
      throw ModelError(
        .methodUnavailable,
        """
        \(needs) all \(configuration.tokensPerCrop) vision tokens of a crop; use visionzip alone, \
        proxyv alone, or a checkpoint\(other) with learned proxies (learn_proxy)
        """
      )
    }
    // After a reduction the official code uses as many of the queries as the same factor gives.
    count = min(configuration.proxiesPerCrop, tokensPerCrop / (factor * factor))
    guard count > 0 else {
      throw ModelError(
        .methodUnavailable,
        """
        \(tokensPerCrop) vision tokens per crop are too few for proxies; they need at least \
        \(factor * factor)
        """
      )
    }
    source =
      configuration.learnsProxies
      ? .learned(reduced: configuration.guidedMLPWidth, spreadsByGrid: spreadsByGrid) : .spatial
  }

  /// Multiply-adds of the first proxies; reading them off a grid costs none.
  func initialWork(vision: Int, hidden: Int) -> TokenKinds {
    guard case .learned(let reduced, _) = source else { return TokenKinds() }
    return TokenKinds(vision: vision * hidden * reduced, proxy: vision * count * (reduced + hidden))
  }

  /// Multiply-adds of spreading projected proxies over the vision tokens of one layer.
  func spreadWork(vision: Int, reduced: Int) -> Int {
    guard case .learned(_, false) = source else { return 0 }
    return vision * count * reduced
  }
}
