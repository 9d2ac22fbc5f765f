public import Checkpoints
import Tensor

/// A method on a model of given shapes, without weights: what each layer does for a prompt, and
/// what that costs.
public struct MethodCost: Sendable {
  let choice: PrefillMethodCatalog.Choice
  let configuration: ModelConfiguration
  let tower: CLIPConfiguration
  /// Rows of the output head that are computed.
  let outputs: Int

  init(
    _ choice: PrefillMethodCatalog.Choice, configuration: ModelConfiguration,
    tower: CLIPConfiguration, outputs: Int
  ) {
    self.choice = choice
    self.configuration = configuration
    self.tower = tower
    self.outputs = outputs
  }

  /// - Parameter method: as on the command line
  /// - Throws: ``ModelError`` as when a checkpoint of this configuration is loaded with the method.
  public init(_ method: String, configuration: ModelConfiguration, tower: CLIPConfiguration) throws
  {
    self.init(
      try PrefillMethodCatalog.choice(
        method, configuration: configuration, patchCount: tower.patchCount),
      configuration: configuration,
      tower: tower, outputs: configuration.vocabularySize)
  }

  /// The method's name in full.
  public var name: String { choice.name }

  /// A prompt with one image of so many crops, in ProxyV's packing.
  public func prompt(crops: Int, textTokens: Int, textBeforeImage: Int) -> PackedPrompt {
    var ids = [Int](repeating: 0, count: textTokens)
    ids.insert(PackedPrompt.imageMarker, at: textBeforeImage)
    let prompt = PackedPrompt(
      inputIDs: ids, cropsPerImage: [crops],
      tokensPerCrop: choice.reduction?.tokensPerCrop ?? tower.patchCount,
      proxiesPerCrop: choice.plan.proxiesPerCrop ?? 0)
    return choice.plan.prefixRefusal == nil ? prompt : prompt.asOnePiece
  }

  /// What each decoder layer does for a prompt, prefix and suffix together. In the last one, only
  /// the tokens that are read afterwards attend: that of the prefix's end and that of the prompt's.
  /// - Parameter kept: which vision tokens stayed where a method dropped them by their content;
  ///   empty before a run
  func work(for prompt: PackedPrompt, kept: [Int: [Int]]) -> [LayerWork] {
    (0..<configuration.layerCount).map { index in
      let isLast = index == configuration.layerCount - 1
      guard prompt.prefixIDCount > 0 else {
        return prompt.suffixWork(cached: TokenKinds(), isLast: isLast)
      }
      let plan = choice.plan
      var work: LayerWork
      if isLast {
        work = prompt.closingWork(
          vision: plan.visionPositions(inLayer: index, prompt: prompt, kept: kept))
        work.other = plan.choiceWork(layer: index, prompt: prompt, kept: kept, shape: shape)
      } else {
        work = plan.work(layer: index, prompt: prompt, kept: kept, shape: shape)
      }
      return work + prompt.suffixWork(cached: work.cached, isLast: isLast)
    }
  }

  /// What each decoder layer does for a prompt.
  public func work(for prompt: PackedPrompt) -> [LayerWork] { work(for: prompt, kept: [:]) }

  /// - Parameter crops: of all images; nil where the prompt itself says
  public func cost(of prompt: PackedPrompt, crops: Int? = nil) -> ExecutedCost {
    cost(of: prompt, crops: crops, kept: [:])
  }

  func cost(of prompt: PackedPrompt, crops: Int? = nil, kept: [Int: [Int]]) -> ExecutedCost {
    var cost = ExecutedCost()
    let crops = crops ?? prompt.cropsPerImage.reduce(0, +)
    let used = configuration.towerLayersNeeded(of: tower.layerCount) ?? 0
    cost.visionEncoder =
      crops
      * (tower.multiplyAddsPerCrop(usedLayers: used)
        + (choice.reduction?.multiplyAddsPerCrop(tower) ?? 0))
    cost.projector =
      crops * (choice.reduction?.tokensPerCrop ?? tower.patchCount) * configuration.projectorWeights
    for work in work(for: prompt, kept: kept) {
      cost.decoder =
        cost.decoder + work.multiplyAdds(shape, intermediate: configuration.intermediateSize)
    }
    cost.head = configuration.hiddenSize * outputs
    return cost
  }

  private var shape: DecoderLayer.Shape {
    DecoderLayer.Shape(
      hidden: configuration.hiddenSize, heads: configuration.headCount,
      keyValueHeads: configuration.keyValueHeadCount,
      headDimension: configuration.headSize, epsilon: Float(configuration.rmsNormEpsilon))
  }
}

extension ModelConfiguration {
  /// The elements of the projector's matrices: its multiply-adds for one token.
  fileprivate var projectorWeights: Int {
    switch projector {
    case .identity: 0
    case .linear: visionHiddenSize * hiddenSize
    case .mlp(let depth): visionHiddenSize * hiddenSize + (depth - 1) * hiddenSize * hiddenSize
    }
  }
}
