import Tensor

extension PackedPrompt {
  /// An ordinary layer over the whole prefix.
  func ordinaryWork() -> LayerWork {
    let ids = PairCount(self)
    let keys = ids.vision + ids.text
    return LayerWork(
      all: TokenKinds(vision: ids.vision.count, text: ids.text.count),
      pairs: TokenKinds(
        vision: PairCount.visible(ids.vision, keys), text: PairCount.visible(ids.text, keys)))
  }
}

extension BaselinePrefill {
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork { prompt.ordinaryWork() }
}

extension ProxyVPlan {
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
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
      text: PairCount.visible(ids.text, ids.vision + ids.text),
      proxy: PairCount.visible(ids.proxy, ids.text + ids.proxy))
    if layer == start {
      work.other = work.other + layout.initialWork(vision: ids.vision.count, hidden: shape.hidden)
    }
    let (d, r) = (shape.hidden, guidedWidth)
    work.other.proxy += ids.proxy.count * d * r
    work.other.vision +=
      ids.vision.count * (2 * d * r + 2 * r * r)
      + layout.spreadWork(vision: ids.vision.count, reduced: r)
    return work
  }
}

extension MaskAttentionPrefill {
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
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
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
    var work = prompt.ordinaryWork()
    guard layer >= from else { return work }
    work.queries.vision = 0
    work.pairs.vision = 0
    work.outputs.vision = 0
    if skipsFeedForward { work.feedForward.vision = 0 }
    if let light {
      work.other.vision += LightMLP.work(
        tokens: work.keys.vision, hidden: shape.hidden, reduced: light.width)
    }
    return work
  }
}

extension PyramidDropPrefill {
  /// How many tokens stay is known from the shapes; which ones the image decides, and with grouped
  /// ids the visible pairs with them.
  func visionPositions(inLayer layer: Int, prompt: PackedPrompt, kept: [Int: [Int]]) -> [Int] {
    guard let stage = stages.last(where: { $0.layer <= layer }) else {
      return prompt.visionPositions
    }
    return kept[stage.layer]?.map { prompt.visionPositions[$0] }
      ?? Array(prompt.visionPositions.prefix(Int(Double(prompt.visionCount) * stage.ratio)))
  }

  /// The last token's query, everybody's keys, and their products.
  func choiceWork(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> TokenKinds {
    guard stages.contains(where: { $0.layer == layer }) else { return TokenKinds() }
    let ranked =
      visionPositions(inLayer: layer - 1, prompt: prompt, kept: kept).count
      + prompt.restPositions.count
    let (d, wide, narrow) = (
      shape.hidden, shape.heads * shape.headDimension, shape.keyValueHeads * shape.headDimension
    )
    return TokenKinds(text: d * wide + ranked * d * narrow + ranked * wide)
  }

  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
    let vision = visionPositions(inLayer: layer, prompt: prompt, kept: kept)
    let text = prompt.restPositions
    var work = LayerWork(
      all: TokenKinds(vision: vision.count, text: text.count),
      pairs: TokenKinds(
        vision: PairCount.visible(vision, vision + text),
        text: PairCount.visible(text, vision + text)))
    work.other = choiceWork(layer: layer, prompt: prompt, kept: kept, shape: shape)
    return work
  }
}

extension ProxyVPrefill {
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
    plan.work(layer: layer, prompt: prompt, kept: kept, shape: shape)
  }
}

extension SkipAttentionPrefill {
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork {
    plan.work(layer: layer, prompt: prompt, kept: kept, shape: shape)
  }
}
