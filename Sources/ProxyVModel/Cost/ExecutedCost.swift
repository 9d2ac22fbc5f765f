import Checkpoints
import Tensor

/// The multiply-adds of answering one prompt up to its first token, from the shapes alone, as the
/// engine executes them: visible pairs only, vision tower, projector and output head included.
///
/// It must equal what the operators count (``OperationCounter``), for every method; a test holds
/// both against each other.
public struct ExecutedCost: Sendable, Equatable {
  public var visionEncoder = 0
  public var projector = 0
  /// Decoder layers by the kind of the token that the work is done for.
  public var decoder = TokenKinds()
  public var head = 0

  public var total: Int { visionEncoder + projector + decoder.total + head }
  /// From the projected image to the first token: what prefill times measure.
  public var prefill: Int { decoder.total + head }
}

extension VisionLanguageModel {
  private var methodCost: MethodCost {
    MethodCost(
      PrefillMethodCatalog.Choice(reduction: reduction, plan: method), configuration: configuration,
      tower: tower.configuration,
      outputs: decoder.head.outputs)
  }

  /// What each decoder layer does for a prompt, prefix and suffix together.
  /// - Parameter prefix: what was computed for the prompt: where a method dropped tokens by their
  ///   content, it says which
  public func work(for prompt: PackedPrompt, after prefix: Prefix? = nil) -> [LayerWork] {
    methodCost.work(for: prompt, kept: prefix?.cache.keptVision ?? [:])
  }

  /// The cost of a prompt up to its first token.
  /// - Parameter images: what was encoded for the prompt; needed in LLaVA-NeXT's packing, where the
  ///   prompt does not say its crops
  public func cost(
    of prompt: PackedPrompt, images: EncodedImages? = nil, after prefix: Prefix? = nil
  ) -> ExecutedCost {
    methodCost.cost(
      of: prompt, crops: images?.cropsPerImage.reduce(0, +), kept: prefix?.cache.keptVision ?? [:])
  }
}

extension CLIPConfiguration {
  /// Patch embedding and the used layers.
  func multiplyAddsPerCrop(usedLayers: Int) -> Int {
    let (d, m) = (hiddenSize, intermediateSize)
    let tokens = patchCount + 1
    let layer = tokens * (4 * d * d + 2 * d * m) + 2 * tokens * tokens * d
    return patchCount * 3 * patchSize * patchSize * d + usedLayers * layer
  }
}

extension VisionZip {
  /// The choice of a crop's tokens: class attention, then each merged token compared with each
  /// target.
  func multiplyAddsPerCrop(_ tower: CLIPConfiguration) -> Int {
    let tokens = tower.patchCount + 1
    return tokens * tower.hiddenSize + (tokens - dominant - contextual) * contextual
      * tower.headSize
  }
}
