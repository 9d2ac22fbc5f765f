import Checkpoints
import Tensor

/// ProxyV: from layer `start` on, 36 proxy tokens per crop take the vision tokens' place in attention and FFN.
///
/// In each such layer (spec, sections 5.3 and 5.4):
/// 1. queries come from [newline ; text ; proxy] only; keys and values from [vision ; newline ; text ; proxy].
///    Proxies never see vision tokens, newlines and text never see proxies;
/// 2. proxies, newlines and text go through the FFN;
/// 3. the guided-update MLP gives every vision token what its proxies learned.
/// Afterwards the proxies' keys and values are dropped from the cache: generation attends to the full vision tokens.
struct ProxyVPrefill: PrefillMethod {
  /// The first layer with proxies.
  let start: Int
  /// The first layer that the checkpoint was trained with proxies in.
  let trainedStart: Int
  let proxies: ProxyTokens
  let updates: [GuidedUpdate]  // model.vision_mlp_layers.K, K = layer - trainedStart

  var name: String { start == trainedStart ? "proxyv" : "proxyv:from=\(start)" }

  var proxiesPerCrop: Int? { proxies.count }

  /// - Parameters:
  ///   - tokensPerCrop: how many vision tokens a crop has; fewer than the checkpoint's after a reduction
  ///   - start: a later first layer than the checkpoint's, to study the cost
  init(store: WeightLoader, configuration: ModelConfiguration, tokensPerCrop: Int, start: Int? = nil) throws {
    guard configuration.usesProxies else { throw ModelError.methodUnavailable("proxyv", needs: "model.vision_mlp_layers") }
    trainedStart = configuration.proxyStartLayer
    self.start = start ?? trainedStart
    proxies = try ProxyTokens(store: store, configuration: configuration, tokensPerCrop: tokensPerCrop)
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
    let (initial, spread) = proxies.initial(vision, compute: compute)
    recorder?.recordProxies(initial, to: "proxy_init", layer: nil)
    // Newlines and prefix text first, proxies last: their keys can then be cut off the end of the cache.
    var active = Matrix.stacked([before[rows: prompt.visionCount..<before.rows], initial])

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
        vision = updates[index - trainedStart](vision, proxies: proxies, spread: spread, compute: compute)
      }
      recorder?.recordLayer(index, x: .stacked([vision, active]), prompt: prompt)
      recorder?.recordProxies(proxies, to: "hidden_proxy", layer: index)
    }
    return active[rows: 0..<prompt.restPositions.count]
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
