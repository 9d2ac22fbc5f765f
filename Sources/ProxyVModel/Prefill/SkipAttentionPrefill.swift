import Checkpoints
import Diagnostics
import Tensor

/// What of the vision tokens is skipped, from where on.
struct SkipAttentionPlan: PrefillPlan {
  let skipsFeedForward: Bool
  /// The first layer that is skipped.
  let from: Int
  /// The first layer that the checkpoint has light MLPs from, and their width; nil where vision
  /// tokens pass unchanged.
  var light: (trainedFrom: Int, width: Int)?

  var name: String {
    (skipsFeedForward ? "skip-attention-ffn" : "skip-attention") + ":from=\(from)"
      + (light == nil ? "" : ",mlp=light")
  }

  /// - Throws: ``ModelError`` for a layer out of range, or light MLPs that the checkpoint lacks.
  init(
    _ part: MethodSpecification.Part, skipsFeedForward: Bool, configuration: ModelConfiguration
  ) throws(ModelError) {
    self.skipsFeedForward = skipsFeedForward
    let layers = configuration.layerCount
    try part.check(skipsFeedForward ? ["from", "mlp"] : ["from"])
    let mlp = part.text("mlp") ?? "none"
    switch mlp {
    case "none": from = try part.int("from", in: 0...layers)
    case "light":
      guard let trained = configuration.lightMLPStartLayer else {
        throw ModelError.methodUnavailable(
          "skip-attention-ffn with mlp=light", needs: "model.vision_light_mlp_layers",
          instead: "skip-attention-ffn:from=N")
      }
      from = try part.int("from", default: trained, in: trained...max(trained, layers - 1))
      light = (trained, configuration.guidedMLPWidth)
    default:
      throw ModelError(
        .unknownMethod,
        """
        skip-attention-ffn: unknown mlp \"\(mlp)\"; \
        \(suggestion(for: mlp, among: ["none", "light"]))
        """
      )
    }
  }

  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod {
    guard let light else { return SkipAttentionPrefill(plan: self) }
    let lights = try LightMLP.all(store: store, configuration: configuration)
    return SkipAttentionPrefill(
      plan: self, lights: Array(lights.dropFirst(from - light.trainedFrom)))
  }
}

/// From a layer on, vision tokens skip attention, or attention and FFN (spec, section 6.3; tables 1
/// and 2 of the paper), with a light MLP in their place where the checkpoint was trained with one.
///
/// Keys and values of the vision tokens are still computed from the normed stream, so that text
/// attends to them as ever.
struct SkipAttentionPrefill: PrefillMethod {
  let plan: SkipAttentionPlan
  /// model.vision_light_mlp_layers.K, one for each layer from `from` on, or none: then vision
  /// tokens pass unchanged.
  var lights: [LightMLP] = []

  var name: String { plan.name }

  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates {
    let from = min(plan.from, layers)
    let before = runOrdinaryLayers(
      0..<from, of: .stacked([vision, rest]), prompt: prompt, decoder: decoder, cache: &cache,
      compute: compute, recorder: recorder)
    var vision = before[rows: 0..<prompt.visionCount]
    var rest = before[rows: prompt.visionCount..<before.rows]
    let visionRotary = decoder.rotary(prompt.visionPositions)
    let restRotary = decoder.rotary(prompt.restPositions)
    let visible = VisibleKeys(
      queryPositions: prompt.restPositions, segments: prompt.prefixSegments)
    for index in from..<layers {
      let layer = decoder.layers[index]
      let normed = layer.normed(rest, compute)
      layer.project(vision, rotary: visionRotary, into: &cache.layers[index], compute)
      cache.layers[index].append(layer.keysValues(normed, rotary: restRotary, compute))
      rest = layer.fedForward(
        layer.attended(
          rest, normed: normed, rotary: restRotary, cache: cache.layers[index], visible: visible,
          compute), compute)
      if !plan.skipsFeedForward { vision = layer.fedForward(vision, compute) }
      if !lights.isEmpty { vision = lights[index - from](vision, compute) }
      recorder?.recordLayer(index, x: .stacked([vision, rest]), prompt: prompt)
    }
    return PrefixStates([vision, rest], of: prompt)
  }
}
