public import Checkpoints

/// The sizes of a language model on which its cost depends.
public struct DecoderDimensions: Sendable, Hashable {
  public var layers: Int
  public var hidden: Int
  public var intermediate: Int
  /// Width of keys and values: key-value heads times head dimension.
  public var keyValueWidth: Int
  public var vocabulary: Int
  /// The first layer with proxies, as the checkpoint was trained.
  public var proxyStartLayer: Int
  /// Width of the guided-update MLP.
  public var guidedWidth: Int

  public init(
    layers: Int, hidden: Int, intermediate: Int, keyValueWidth: Int, vocabulary: Int,
    proxyStartLayer: Int, guidedWidth: Int
  ) {
    self.layers = layers
    self.hidden = hidden
    self.intermediate = intermediate
    self.keyValueWidth = keyValueWidth
    self.vocabulary = vocabulary
    self.proxyStartLayer = proxyStartLayer
    self.guidedWidth = guidedWidth
  }

  public init(_ configuration: ModelConfiguration) {
    self.init(
      layers: configuration.layerCount, hidden: configuration.hiddenSize,
      intermediate: configuration.intermediateSize,
      keyValueWidth: configuration.keyValueHeadCount * configuration.headSize,
      vocabulary: configuration.vocabularySize,
      proxyStartLayer: configuration.proxyStartLayer, guidedWidth: configuration.guidedMLPWidth)
  }
}

/// How many tokens a prefill has.
public struct PrefillSetting: Sendable, Hashable {
  public var crops: Int
  public var tokensPerCrop: Int
  /// Text tokens; a newline per crop is one more where `countsNewlines`.
  public var textTokens: Int
  public var countsNewlines: Bool

  /// The setting of the paper's cost tables: five crops of 576 tokens and 50 text tokens, newlines
  /// not counted.
  public static let paper = PrefillSetting(
    crops: 5, tokensPerCrop: 576, textTokens: 50, countsNewlines: false)

  public init(crops: Int, tokensPerCrop: Int, textTokens: Int, countsNewlines: Bool) {
    self.crops = crops
    self.tokensPerCrop = tokensPerCrop
    self.textTokens = textTokens
    self.countsNewlines = countsNewlines
  }

  public var vision: Int { crops * tokensPerCrop }
  /// Text and newlines.
  public var rest: Int { textTokens + (countsNewlines ? crops : 0) }
}
