
/// The multiply-adds of answering one prompt up to its first token, from the shapes alone, as the engine executes them: visible
/// pairs only, vision tower, projector and output head included.
///
/// It must equal what the operators count (``OperationCounter``), for every method; a test holds both against each other.
public struct ExecutedCost: Sendable, Equatable {
  public var visionEncoder = 0
  public var projector = 0
  /// Decoder layers by the kind of the token that the work is done for.
  public var decoder = TokenKinds()
  public var head = 0

  public var total: Int { visionEncoder + projector + decoder.total + head }
}

extension VisionLanguageModel {
  /// What each decoder layer does for a prompt, prefix and suffix together.
  public func work(for prompt: PackedPrompt) -> [LayerWork] {
    decoder.layers.indices.map { index in
      guard prompt.prefixIDCount > 0 else { return prompt.suffixWork(cached: TokenKinds()) }
      let prefix = method.work(layer: index, prompt: prompt, shape: decoder.shape, layers: decoder.layers.count)
      return prefix + prompt.suffixWork(cached: prefix.cached)
    }
  }

  /// The cost of a prompt up to its first token.
  public func cost(of prompt: PackedPrompt) -> ExecutedCost {
    var cost = ExecutedCost()
    let crops = prompt.isSequential ? prompt.cropsPerImage.reduce(0, +) : prompt.cropCount
    if !prompt.isSequential { cost.visionEncoder = tower.multiplyAdds(crops: crops) }
    cost.projector = projector.multiplyAdds(tokens: prompt.isSequential ? 0 : prompt.visionCount)
    for work in work(for: prompt) {
      cost.decoder = cost.decoder + work.multiplyAdds(decoder.shape, intermediate: configuration.intermediateSize)
    }
    cost.head = decoder.shape.hidden * decoder.head.outputs
    return cost
  }
}

extension CLIPVisionTower {
  /// Patch embedding and the used layers of all crops.
  func multiplyAdds(crops: Int) -> Int {
    let (d, m, patch) = (configuration.hiddenSize, configuration.intermediateSize, configuration.patchSize)
    let tokens = configuration.patchCount + 1
    let layer = tokens * (4 * d * d + 2 * d * m) + 2 * tokens * tokens * d
    return crops * (configuration.patchCount * 3 * patch * patch * d + layers.count * layer)
  }
}

extension Projector {
  func multiplyAdds(tokens: Int) -> Int {
    layers.reduce(0) { $0 + tokens * $1.weights.inputs * $1.weights.outputs }
  }
}
