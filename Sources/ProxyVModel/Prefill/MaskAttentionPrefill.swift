import Diagnostics
import Tensor

/// The paper's exploratory study: from a layer on, vision tokens no longer attend to other vision
/// tokens (spec, section 6.3).
///
/// Newlines count as text; text attends to vision as ever; generation is not masked. Nothing is
/// retrained, so the score shows how redundant that attention was. Masking only the last layer
/// changes nothing, since no later layer reads the vision stream.
struct MaskAttentionPrefill: PrefillMethod {
  /// What a vision token still sees.
  enum Variant: String, Sendable, CaseIterable {
    /// Itself alone: its attention output is its own value.
    case selfOnly = "self-only"
    /// Earlier text and itself.
    case exceptSelf = "except-self"
    /// Earlier text, not itself.
    case all
  }

  let variant: Variant
  /// The first masked layer.
  let from: Int

  var name: String { "mask-attention:from=\(from),variant=\(variant.rawValue)" }

  /// - Throws: ``ModelError`` for a layer out of range or an unknown variant.
  init(_ part: MethodSpecification.Part, layers: Int) throws(ModelError) {
    try part.check(["from", "variant"])
    let name = part.text("variant") ?? Variant.selfOnly.rawValue
    guard let variant = Variant(rawValue: name) else {
      throw ModelError(
        .unknownMethod,
        """
        mask-attention: unknown variant \"\(name)\"; \
        \(suggestion(for: name, among: Variant.allCases.map(\.rawValue)))
        """
      )
    }
    self.variant = variant
    from = try part.int("from", in: 0...layers)
  }

  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates {
    var x = runOrdinaryLayers(
      0..<min(from, layers), of: .stacked([consume vision, rest]), prompt: prompt, decoder: decoder,
      cache: &cache, compute: compute, recorder: recorder)
    let visionRotary = decoder.rotary(prompt.visionPositions)
    let restRotary = decoder.rotary(prompt.restPositions)
    let rotary = decoder.rotary(prompt.prefixPositions)
    let segments = prompt.prefixSegments
    let restVisible = VisibleKeys(queryPositions: prompt.restPositions, segments: segments)
    let visionVisible = VisibleKeys(
      queryPositions: prompt.visionPositions, segments: segments,
      hides: { _, segment in segment == 0 })

    for index in min(from, layers)..<layers {
      let layer = decoder.layers[index]
      let normed = layer.normed(x, compute)
      let own = layer.keysValues(normed, rotary: rotary, compute)
      cache.layers[index].append(own)
      let vision = 0..<prompt.visionCount
      let rest = prompt.visionCount..<x.rows
      let text = layer.attended(
        x[rows: rest], normed: normed[rows: rest], rotary: restRotary, cache: cache.layers[index],
        visible: restVisible, compute)
      let mixed: Matrix
      switch variant {
      case .selfOnly:
        mixed = layer.spreadToQueryHeads(own.values[rows: vision])
      case .all:
        mixed = layer.mixed(
          normed[rows: vision], rotary: visionRotary, cache: cache.layers[index],
          visible: visionVisible, compute)
      case .exceptSelf:
        mixed = layer.mixed(
          normed[rows: vision], rotary: visionRotary, cache: cache.layers[index],
          visible: visionVisible.seeing(own: vision.map(Int32.init)), compute)
      }
      let masked = layer.projected(mixed, onto: x[rows: vision], compute)
      x = layer.fedForward(.stacked([masked, text]), compute)
      recorder?.recordLayer(index, x: x, prompt: prompt)
    }
    return PrefixStates([x], of: prompt)
  }
}
