import Tensor

/// The plain model: vision tokens go through attention and FFN of every layer like text (spec,
/// section 5.2).
struct BaselinePrefill: PrefillMethod {
  let name = "baseline"

  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates {
    let x = runOrdinaryLayers(
      0..<layers, of: .stacked([consume vision, rest]), prompt: prompt, decoder: decoder,
      cache: &cache, compute: compute, recorder: recorder)
    return PrefixStates([x], of: prompt)
  }
}
