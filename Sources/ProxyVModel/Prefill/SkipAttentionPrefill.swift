import Tensor

/// From a layer on, vision tokens skip attention, or attention and FFN (spec, section 6.3; tables 1 and 2 of the paper), with a
/// light MLP in their place where the checkpoint was trained with one.
///
/// Keys and values of the vision tokens are still computed from the normed stream, so that text attends to them as ever.
struct SkipAttentionPrefill: PrefillMethod {
  let skipsFeedForward: Bool
  /// The first layer that is skipped.
  let from: Int
  /// model.vision_light_mlp_layers.K, one for each layer from `from` on, or none: then vision tokens pass unchanged.
  var lights: [LightMLP] = []

  var name: String {
    (skipsFeedForward ? "skip-attention-ffn" : "skip-attention") + ":from=\(from)" + (lights.isEmpty ? "" : ",mlp=light")
  }

  func prefill(
    prompt: PackedPrompt, vision: Matrix, rest: Matrix, decoder: Decoder, cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> Matrix {
    let before = runOrdinaryLayers(
      0..<from, of: .stacked([vision, rest]), prompt: prompt, decoder: decoder, cache: &cache, compute: compute, recorder: recorder)
    var vision = before[rows: 0..<prompt.visionCount]
    var rest = before[rows: prompt.visionCount..<before.rows]
    let visionRotary = decoder.rotary(prompt.visionPositions)
    let restRotary = decoder.rotary(prompt.restPositions)
    let visible = VisibleKeys(
      queryPositions: prompt.restPositions, segments: prompt.cacheSegments(textCount: prompt.prefixTextCount))
    for index in from..<decoder.layers.count {
      let layer = decoder.layers[index]
      let normed = layer.normed(rest, compute)
      cache.layers[index].append(layer.keysValues(layer.normed(vision, compute), rotary: visionRotary, compute))
      cache.layers[index].append(layer.keysValues(normed, rotary: restRotary, compute))
      rest = layer.fedForward(
        layer.attended(rest, normed: normed, rotary: restRotary, cache: cache.layers[index], visible: visible, compute), compute)
      if !skipsFeedForward { vision = layer.fedForward(vision, compute) }
      // The last layer's would change nothing that is read afterwards.
      if !lights.isEmpty, index < decoder.layers.count - 1 || recorder != nil { vision = lights[index - from](vision, compute) }
      recorder?.recordLayer(index, x: .stacked([vision, rest]), prompt: prompt)
    }
    return rest
  }
}
