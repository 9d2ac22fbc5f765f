import Checkpoints
import Tensor

/// Spatial ProxyV: from layer `start` on, 36 proxy tokens per crop take the vision tokens' place in attention and FFN.
///
/// In each such layer (spec, sections 5.3 and 5.4):
/// 1. queries come from [newline ; text ; proxy] only; keys and values from [vision ; newline ; text ; proxy].
///    Proxies never see vision tokens, newlines and text never see proxies;
/// 2. proxies, newlines and text go through the FFN;
/// 3. the guided-update MLP gives every vision token what its proxy learned.
/// Afterwards the proxies' keys and values are dropped from the cache: generation attends to the full vision tokens.
struct ProxyVPrefill: PrefillMethod {
  let name = "proxyv"
  /// The first layer with proxies.
  let start: Int
  /// Vision tokens per side of a crop (24), proxies per side (6).
  let side: Int
  let grid: Int
  let updates: [GuidedUpdate]  // model.vision_mlp_layers.K, K = layer - start

  init(store: TensorStoreView, configuration: ModelConfiguration) throws {
    guard configuration.usesProxies else { throw ModelError.methodUnavailable("proxyv", needs: "model.vision_mlp_layers") }
    start = configuration.proxyStartLayer
    side = configuration.tokensPerSide
    grid = configuration.tokensPerSide / configuration.proxyReduceFactor
    let names = TensorNaming(configuration)
    updates = try (0..<configuration.guidedMLPCount).map { index in
      try GuidedUpdate(
        store: store, prefix: names.guidedMLP(index), hidden: configuration.hiddenSize,
        reduced: configuration.guidedMLPWidth, epsilon: Float(configuration.rmsNormEpsilon))
    }
  }

  func prefill(
    prompt: PackedPrompt, vision: Matrix, rest: Matrix, decoder: Decoder, cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> Matrix {
    let before = runOrdinaryLayers(
      0..<start, of: .stacked([vision, rest]), prompt: prompt, decoder: decoder, cache: &cache, compute: compute,
      recorder: recorder)
    var vision = before[rows: 0..<prompt.visionCount]
    let proxies = initialProxies(vision)
    recorder?.recordProxies(proxies, to: "proxy_init", layer: nil)
    // Newlines and prefix text first, proxies last: their keys can then be cut off the end of the cache.
    var active = Matrix.stacked([before[rows: prompt.visionCount..<before.rows], proxies])

    let kept = prompt.visionCount + prompt.restPositions.count
    let activePositions = prompt.restPositions + prompt.proxyPositions
    let visionRotary = decoder.rotary(prompt.visionPositions)
    let activeRotary = decoder.rotary(activePositions)
    let visible = Self.visibleKeys(prompt)

    for index in start..<decoder.layers.count {
      let layer = decoder.layers[index]
      let normed = layer.normed(active, compute)
      cache.layers[index].append(layer.keysValues(layer.normed(vision, compute), rotary: visionRotary, compute))
      cache.layers[index].append(layer.keysValues(normed, rotary: activeRotary, compute))
      active = layer.attended(
        active, normed: normed, rotary: activeRotary, cache: cache.layers[index], visible: visible, compute)
      cache.layers[index].truncate(to: kept)
      active = layer.fedForward(active, compute)

      let proxies = active[rows: prompt.restPositions.count..<active.rows]
      // The last layer's update would change nothing that is read afterwards.
      if index < decoder.layers.count - 1 || recorder != nil {
        vision = updates[index - start](vision, proxies: proxies, side: side, grid: grid, compute: compute)
      }
      recorder?.recordLayer(index, x: .stacked([vision, active]), prompt: prompt)
      recorder?.recordProxies(proxies, to: "hidden_proxy", layer: index)
    }
    return active[rows: 0..<prompt.restPositions.count]
  }

  /// Proxies read off the vision stream: bilinear 24x24 -> 6x6 without antialiasing, which is the mean of the 2x2 centre
  /// tokens of a cell for an even factor and its centre token for an odd one.
  func initialProxies(_ vision: Matrix) -> Matrix {
    let factor = side / grid
    let centres = factor % 2 == 0 ? [factor / 2 - 1, factor / 2] : [factor / 2]
    let weight = 1 / Float(centres.count)
    let crops = vision.rows / (side * side)
    var proxies = Matrix(rows: crops * grid * grid, columns: vision.columns)
    for proxy in 0..<proxies.rows {
      let (crop, cell) = proxy.quotientAndRemainder(dividingBy: grid * grid)
      for row in centres {
        for column in centres {
          let y = cell / grid * factor + row
          let x = cell % grid * factor + column
          let token = crop * side * side + y * side + x
          for i in 0..<vision.columns {
            proxies.values[proxy * vision.columns + i] += weight * weight * vision.values[token * vision.columns + i]
          }
        }
      }
    }
    return proxies
  }

  /// Queries [newline ; text ; proxy] over the cache [vision ; newline ; text ; proxy].
  static func visibleKeys(_ prompt: PackedPrompt) -> VisibleKeys {
    let rest = prompt.restPositions.count
    let segments =
      prompt.cacheSegments(textCount: prompt.prefixTextCount)
      + [VisibleKeys.Segment(start: prompt.visionCount + rest, positions: prompt.proxyPositions)]
    return VisibleKeys(
      queryPositions: prompt.restPositions + prompt.proxyPositions, segments: segments,
      hides: { query, segment in query < rest ? segment == 3 : segment == 0 })
  }
}
