import Checkpoints
import Tensor

/// From which layer on there are proxies, and how many.
struct ProxyVPlan: PrefillPlan {
  /// The first layer with proxies.
  let start: Int
  /// The first layer that the checkpoint was trained with proxies in.
  let trainedStart: Int
  let layout: ProxyLayout
  /// Width of the guided-update MLP.
  let guidedWidth: Int

  var name: String { start == trainedStart ? "proxyv" : "proxyv:from=\(start)" }

  var proxiesPerCrop: Int? { layout.count }

  /// - Parameters:
  ///   - part: `from=N` names a later first layer than the checkpoint's, to study the cost
  ///   - tokensPerCrop: how many vision tokens a crop has; fewer than the checkpoint's after a
  ///     reduction
  init(
    _ part: MethodSpecification.Part, configuration: ModelConfiguration, tokensPerCrop: Int
  ) throws(ModelError) {
    try part.check(["from"])
    guard configuration.usesProxies else {
      throw ModelError.methodUnavailable(
        "proxyv", needs: "model.vision_mlp_layers", instead: "baseline, visionzip or pyramiddrop")
    }
    trainedStart = configuration.proxyStartLayer
    start = try part.int(
      "from", default: trainedStart,
      in: trainedStart...max(trainedStart, configuration.layerCount - 1))
    layout = try ProxyLayout(configuration, tokensPerCrop: tokensPerCrop)
    guidedWidth = configuration.guidedMLPWidth
  }

  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod {
    try ProxyVPrefill(self, store: store, configuration: configuration)
  }
}

/// ProxyV: from layer `start` on, 36 proxy tokens per crop take the vision tokens' place in
/// attention and FFN.
///
/// In each such layer (spec, sections 5.3 and 5.4):
/// 1. queries come from [newline ; text ; proxy] only; keys and values from [vision ; newline ;
///    text ; proxy]. Proxies never see vision tokens, newlines and text never see proxies;
/// 2. proxies, newlines and text go through the FFN;
/// 3. the guided-update MLP gives every vision token what its proxies learned.
/// Afterwards the proxies' keys and values are dropped from the cache: generation attends to the
/// full vision tokens.
struct ProxyVPrefill: PrefillMethod {
  let plan: ProxyVPlan
  let proxies: ProxyTokens
  let updates: [GuidedUpdate]  // model.vision_mlp_layers.K, K = layer - plan.trainedStart

  var name: String { plan.name }
  var proxiesPerCrop: Int? { plan.proxiesPerCrop }

  init(_ plan: ProxyVPlan, store: WeightLoader, configuration: ModelConfiguration) throws {
    self.plan = plan
    proxies = try ProxyTokens(plan.layout, store: store, configuration: configuration)
    let names = TensorNaming(configuration)
    updates = try (0..<configuration.guidedMLPCount).map { index in
      try GuidedUpdate(
        store: store, prefix: names.guidedMLP(index), hidden: configuration.hiddenSize,
        reduced: configuration.guidedMLPWidth, epsilon: Float(configuration.rmsNormEpsilon))
    }
  }

  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates {
    let start = min(plan.start, layers)
    let before = runOrdinaryLayers(
      0..<start, of: .stacked([consume vision, rest]), prompt: prompt, decoder: decoder,
      cache: &cache, compute: compute,
      recorder: recorder)
    guard start < layers else { return PrefixStates([before], of: prompt) }
    var vision = before[rows: 0..<prompt.visionCount]
    let (initial, spread) = proxies.initial(vision, compute: compute)
    recorder?.recordProxies(initial, to: "proxy_init", layer: nil)
    // Newlines and prefix text first, proxies last: their keys can then be cut off the end of the
    // cache.
    var active = Matrix.stacked([before[rows: prompt.visionCount..<before.rows], initial])
    _ = consume before

    let kept = prompt.visionCount + prompt.restPositions.count
    let activePositions = prompt.restPositions + prompt.proxyPositions
    let visionRotary = decoder.rotary(prompt.visionPositions)
    let activeRotary = decoder.rotary(activePositions)
    let visible = Self.visibleKeys(prompt)

    for index in start..<layers {
      let layer = decoder.layers[index]
      let normed = layer.normed(active, compute)
      layer.project(vision, rotary: visionRotary, into: &cache.layers[index], compute)
      cache.layers[index].append(layer.keysValues(normed, rotary: activeRotary, compute))
      active = layer.attended(
        active, normed: normed, rotary: activeRotary, cache: cache.layers[index], visible: visible,
        compute)
      cache.layers[index].truncate(to: kept)
      active = layer.fedForward(active, compute)

      let proxies = active[rows: prompt.restPositions.count..<active.rows]
      vision = updates[index - plan.trainedStart](
        consume vision, proxies: proxies, spread: spread, compute: compute)
      recorder?.recordLayer(index, x: .stacked([vision, active]), prompt: prompt)
      recorder?.recordProxies(proxies, to: "hidden_proxy", layer: index)
    }
    return PrefixStates([vision, active[rows: 0..<prompt.restPositions.count]], of: prompt)
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
