import Checkpoints
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
  /// - Parameter prefix: what was computed for the prompt: where a method dropped tokens by their content, it says which
  public func work(for prompt: PackedPrompt, after prefix: Prefix? = nil) -> [LayerWork] {
    decoder.layers.indices.map { index in
      guard prompt.prefixIDCount > 0 else { return prompt.suffixWork(cached: TokenKinds()) }
      let work = method.work(
        layer: index, prompt: prompt, kept: prefix?.cache.keptVision ?? [:], shape: decoder.shape, layers: decoder.layers.count)
      return work + prompt.suffixWork(cached: work.cached)
    }
  }

  /// The cost of a prompt up to its first token.
  public func cost(of prompt: PackedPrompt, after prefix: Prefix? = nil) -> ExecutedCost {
    var cost = ExecutedCost()
    let crops = prompt.isSequential ? prompt.cropsPerImage.reduce(0, +) : prompt.cropCount
    if !prompt.isSequential {
      cost.visionEncoder = tower.multiplyAdds(crops: crops) + crops * (reduction?.multiplyAddsPerCrop(tower.configuration) ?? 0)
    }
    cost.projector = projector.multiplyAdds(tokens: prompt.isSequential ? 0 : prompt.visionCount)
    for work in work(for: prompt, after: prefix) {
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

extension VisionZip {
  /// The choice of a crop's tokens: class attention, then each merged token compared with each target.
  func multiplyAddsPerCrop(_ tower: CLIPConfiguration) -> Int {
    let tokens = tower.patchCount + 1
    return tokens * tower.hiddenSize + (tokens - dominant - contextual) * contextual * tower.headSize
  }
}

extension Projector {
  func multiplyAdds(tokens: Int) -> Int {
    layers.reduce(0) { $0 + tokens * $1.weights.inputs * $1.weights.outputs }
  }
}
