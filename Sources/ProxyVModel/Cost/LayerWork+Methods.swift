import Tensor

extension PackedPrompt {
  /// An ordinary layer over the whole prefix.
  func ordinaryWork() -> LayerWork {
    let ids = PairCount(self)
    let keys = ids.vision + ids.text
    return LayerWork(
      all: TokenKinds(vision: ids.vision.count, text: ids.text.count),
      pairs: TokenKinds(vision: PairCount.visible(ids.vision, keys), text: PairCount.visible(ids.text, keys)))
  }
}

extension BaselinePrefill {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork { prompt.ordinaryWork() }
}

extension ProxyVPlan {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    guard layer >= start else { return prompt.ordinaryWork() }
    let ids = PairCount(prompt)
    let active = TokenKinds(text: ids.text.count, proxy: ids.proxy.count)
    var work = LayerWork()
    work.queries = active
    work.outputs = active
    work.feedForward = active
    work.keys = TokenKinds(vision: ids.vision.count, text: active.text, proxy: active.proxy)
    work.cached = TokenKinds(vision: ids.vision.count, text: active.text)
    work.pairs = TokenKinds(
      text: PairCount.visible(ids.text, ids.vision + ids.text), proxy: PairCount.visible(ids.proxy, ids.text + ids.proxy))
    if layer == start { work.other = work.other + layout.initialWork(vision: ids.vision.count, hidden: shape.hidden) }
    // The last layer's update would change nothing that is read afterwards.
    if layer < layers - 1 {
      let (d, r) = (shape.hidden, guidedWidth)
      work.other.proxy += ids.proxy.count * d * r
      work.other.vision += ids.vision.count * (2 * d * r + 2 * r * r) + layout.spreadWork(vision: ids.vision.count, reduced: r)
    }
    return work
  }
}

extension MaskAttentionPrefill {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    var work = prompt.ordinaryWork()
    guard layer >= from else { return work }
    let ids = PairCount(prompt)
    switch variant {
    case .selfOnly:
      work.queries.vision = 0
      work.pairs.vision = 0
    case .all: work.pairs.vision = PairCount.visible(ids.vision, ids.text)
    case .exceptSelf: work.pairs.vision = PairCount.visible(ids.vision, ids.text) + ids.vision.count
    }
    return work
  }
}

extension SkipAttentionPlan {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    var work = prompt.ordinaryWork()
    guard layer >= from else { return work }
    work.queries.vision = 0
    work.pairs.vision = 0
    work.outputs.vision = 0
    if skipsFeedForward { work.feedForward.vision = 0 }
    // The last layer's light MLP would change nothing that is read afterwards.
    if let light, layer < layers - 1 { work.other.vision += LightMLP.work(tokens: work.keys.vision, hidden: shape.hidden, reduced: light.width) }
    return work
  }
}

extension PyramidDropPrefill {
  /// How many tokens stay is known from the shapes; which ones the image decides, and with grouped ids the visible pairs with them.
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    func vision(before index: Int) -> ArraySlice<Int> {
      guard let stage = stages.last(where: { $0.layer < index }) else { return prompt.visionPositions[...] }
      return kept[stage.layer]?.map { prompt.visionPositions[$0] }[...]
        ?? prompt.visionPositions.prefix(Int(Double(prompt.visionCount) * stage.ratio))
    }
    let text = prompt.restPositions
    let visionIDs = Array(vision(before: layer + 1))
    let keys = visionIDs + text
    var work = LayerWork(
      all: TokenKinds(vision: visionIDs.count, text: text.count),
      pairs: TokenKinds(vision: PairCount.visible(visionIDs, keys), text: PairCount.visible(text, keys)))
    if stages.contains(where: { $0.layer == layer }) {
      let ranked = vision(before: layer).count + text.count
      let (d, wide, narrow) = (
        shape.hidden, shape.heads * shape.headDimension, shape.keyValueHeads * shape.headDimension
      )
      // The last token's query, everybody's keys, and their products.
      work.other.text += d * wide + ranked * d * narrow + ranked * wide
    }
    return work
  }
}

extension ProxyVPrefill {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    plan.work(layer: layer, prompt: prompt, kept: kept, shape: shape, layers: layers)
  }
}

extension SkipAttentionPrefill {
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork {
    plan.work(layer: layer, prompt: prompt, kept: kept, shape: shape, layers: layers)
  }
}
