/// Prefill FLOPs as the ProxyV paper counts them (spec, section 8).
///
/// Two per multiply-add, matrix products of the decoder layers only: no vision tower, projector,
/// output head, norm, softmax or RoPE; attention dense, without halving for causality. Reductions
/// against the baseline reproduce the paper's tables.
public struct PaperFLOPs: Sendable {
  public let dimensions: DecoderDimensions
  public let setting: PrefillSetting
  /// Also counts queries of vision tokens where a method needs none: code that keeps queries, keys
  /// and values in one matrix multiplies it for all rows (Phi-3, InternLM2.5).
  public var fusesProjections = false

  public init(dimensions: DecoderDimensions, setting: PrefillSetting = .paper) {
    self.dimensions = dimensions
    self.setting = setting
  }

  /// What is done with the vision tokens.
  public enum Method: Sendable, Hashable {
    case baseline
    /// Spatial proxies from a layer on.
    case proxyV(from: Int)
    /// Learned (non-spatial) proxies from a layer on.
    case learnedProxyV(from: Int)
    /// Vision tokens lose queries and attention from a layer on; keys, values, output projection
    /// and FFN stay: the count that gives the paper's figures, which is that of a token that sees
    /// itself alone.
    case selfAttention(from: Int)
    /// Vision tokens also lose the output projection: what `skip-attention` does. The paper's
    /// figures are not these.
    case skipAttention(from: Int)
    /// Vision tokens keep only keys and values from a layer on, and a light MLP of a quarter of the
    /// width replaces the rest: `d -> d/4 -> d` (with the inner `d/4 -> d/4` that the paper's
    /// parameter count has, the reduction from layer 0 would be half a point lower).
    case lightMLP(from: Int)
    /// Stages: before which layer tokens are dropped, and which share of the original count stays.
    case pyramidDrop([PyramidDropStage])
  }

  public struct PyramidDropStage: Sendable, Hashable {
    public var layer: Int
    public var share: Double

    public init(layer: Int, share: Double) {
      self.layer = layer
      self.share = share
    }

    /// The paper's: half after layers 12, 20 and 26 of 32.
    public static let paper = [(12, 0.5), (20, 0.25), (26, 0.125)].map {
      PyramidDropStage(layer: $0.0, share: $0.1)
    }
  }

  /// A layer in which `q` tokens ask and `kv` tokens are looked at: `4qd² + 4kv·d·w + 4q·kv·d +
  /// 6qdm`, w the width of keys.
  public func layer(queries q: Int, keys kv: Int) -> Double {
    projections(kv) + 4 * double(q) * d * d + 4 * double(q) * double(kv) * d + 6 * double(q) * d * m
  }

  public func total(_ method: Method) -> Double {
    let vision = setting.vision
    let rest = setting.rest
    let all = vision + rest
    let full = layer(queries: all, keys: all)
    func from(_ start: Int, _ later: Double) -> Double {
      Double(start) * full + Double(dimensions.layers - start) * later
    }
    switch method {
    case .baseline: return Double(dimensions.layers) * full
    case .proxyV(let start):
      let proxies = setting.crops * proxiesPerCrop
      return from(
        start,
        layer(queries: proxies + rest, keys: vision + proxies + rest) + guided(contextRows: proxies)
          + fused)
    case .learnedProxyV(let start):
      let proxies = setting.crops * proxiesPerCrop
      // Every proxy's output is splatted over the crop before it is projected, as the official code
      // does.
      let splat = 2 * double(vision) * double(proxiesPerCrop) * d
      let initial =
        2 * double(vision) * d * r + 2 * double(vision) * double(proxiesPerCrop) * (r + d)
      return from(
        start,
        layer(queries: proxies + rest, keys: vision + proxies + rest) + guided(contextRows: vision)
          + splat + fused) + initial
    case .selfAttention(let start): return from(start, unasked(outputs: all))
    case .skipAttention(let start): return from(start, unasked(outputs: rest))
    case .lightMLP(let start):
      let light = 4 * double(vision) * d * (d / 4).rounded(.down)
      return from(start, layer(queries: rest, keys: all) + light)
    case .pyramidDrop(let stages):
      var sum = 0.0
      var kept = vision
      for index in 0..<dimensions.layers {
        if let stage = stages.first(where: { $0.layer == index }) {
          // Ranking projects queries, keys and values of everything once more.
          sum += 2 * double(kept + rest) * d * d + projections(kept + rest)
          kept = Int(double(vision) * stage.share)
        }
        sum += layer(queries: kept + rest, keys: kept + rest)
      }
      return sum
    }
  }

  /// The share of the FLOPs of `reference` (the baseline at its own setting) that a method saves,
  /// in percent.
  public func reduction(_ method: Method, against reference: PaperFLOPs? = nil) -> Double {
    100 * (1 - total(method) / (reference ?? self).total(.baseline))
  }

  /// A layer in which only text asks, and `outputs` tokens go through the output projection.
  private func unasked(outputs: Int) -> Double {
    let rest = double(setting.rest)
    let all = setting.vision + setting.rest
    return 2 * rest * d * d + projections(all) + 4 * rest * double(all) * d + 2 * double(outputs)
      * d * d + 6 * double(all) * d * m
  }

  private var fused: Double { fusesProjections ? 2 * double(setting.vision) * d * d : 0 }

  /// Proxies of a crop: one per 16 vision tokens.
  private var proxiesPerCrop: Int { setting.tokensPerCrop / 16 }

  /// Key and value projections of `tokens` tokens.
  private func projections(_ tokens: Int) -> Double {
    4 * double(tokens) * d * double(dimensions.keyValueWidth)
  }

  /// The guided-update MLP of one layer; `contextRows` rows go through `context_proj`.
  private func guided(contextRows: Int) -> Double {
    let vision = double(setting.vision)
    return 2 * double(contextRows) * d * r + 2 * vision * d * r + 4 * vision * r * r + 2 * vision
      * r * d
  }

  private var d: Double { double(dimensions.hidden) }
  private var m: Double { double(dimensions.intermediate) }
  private var r: Double { double(dimensions.guidedWidth) }
  private func double(_ value: Int) -> Double { Double(value) }
}
