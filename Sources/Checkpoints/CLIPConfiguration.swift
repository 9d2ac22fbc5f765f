import DataFormats

/// The shape of a CLIP vision tower (model.md, section 1.5).
public struct CLIPConfiguration: Sendable, Hashable {
  public var hiddenSize: Int
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  /// Pixels per side of a crop.
  public var imageSize: Int
  /// Pixels per side of a patch.
  public var patchSize: Int
  public var layerNormEpsilon: Double

  public init(
    hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int, imageSize: Int,
    patchSize: Int,
    layerNormEpsilon: Double = 1e-5
  ) {
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.layerNormEpsilon = layerNormEpsilon
  }

  public var patchesPerSide: Int { imageSize / patchSize }
  public var patchCount: Int { patchesPerSide * patchesPerSide }
  public var headSize: Int { hiddenSize / headCount }

  /// openai/clip-vit-large-patch14-336, the tower of all released checkpoints.
  public static let largePatch14At336 = CLIPConfiguration(
    hiddenSize: 1_024, intermediateSize: 4_096, layerCount: 24, headCount: 16, imageSize: 336,
    patchSize: 14)
  /// openai/clip-vit-large-patch14.
  public static let largePatch14 = CLIPConfiguration(
    hiddenSize: 1_024, intermediateSize: 4_096, layerCount: 24, headCount: 16, imageSize: 224,
    patchSize: 14)

  /// The towers whose configuration is known without a file, by their hub name.
  public static let known: [String: CLIPConfiguration] = [
    "openai/clip-vit-large-patch14-336": .largePatch14At336,
    "openai/clip-vit-large-patch14": .largePatch14,
  ]

  /// The known tower that a name or a path ends with.
  static func known(_ name: String) -> CLIPConfiguration? {
    known[name] ?? known["openai/" + VisionTower.lastComponent(of: name)]
  }

  /// Reads `config.json` of a tower: a flat `CLIPVisionConfig`, or a `CLIPConfig` with a nested
  /// `vision_config`.
  /// - Throws: ``CheckpointError`` or ``DataFormatError`` naming file and key.
  public init(contentsOf path: String) throws {
    let top = try ConfigurationReader(
      ConfigurationDialect.version4(JSONNode(contentsOf: path)))
    let type = try top.string("model_type", default: "clip_vision_model")
    guard ["clip", "clip_vision_model"].contains(type) else {
      throw top.unsupported(
        "model_type",
        "the vision tower \"\(type)\" is not supported; known: clip_vision_model, clip")
    }
    try self.init(type == "clip" || top.has("vision_config") ? top.object("vision_config") : top)
  }

  /// Reads the object itself; nil stands for the tower that Transformers' LLaVA classes assume.
  init(_ reader: ConfigurationReader?) throws {
    guard let reader else {
      self = .largePatch14At336
      return
    }
    typealias Bounds = ConfigurationReader.Bounds
    hiddenSize = try reader.int("hidden_size", default: 768, in: Bounds.width)
    intermediateSize = try reader.int("intermediate_size", default: 3_072, in: Bounds.intermediate)
    layerCount = try reader.int("num_hidden_layers", default: 12, in: Bounds.layers)
    headCount = try reader.int("num_attention_heads", default: 12, in: Bounds.heads)
    imageSize = try reader.int("image_size", default: 224, in: Bounds.pixels)
    patchSize = try reader.int("patch_size", default: 32, in: Bounds.pixels)
    layerNormEpsilon = try reader.double("layer_norm_eps", default: 1e-5, in: Bounds.epsilon)
    guard hiddenSize % headCount == 0 else {
      throw reader.invalid(
        "num_attention_heads", "\(headCount) heads do not divide hidden_size \(hiddenSize)")
    }
    guard patchSize <= imageSize else {
      throw reader.invalid("patch_size", "\(patchSize) is larger than image_size \(imageSize)")
    }
    guard try reader.int("num_channels", default: 3, in: 1...1_024) == 3 else {
      throw reader.unsupported("num_channels", "only RGB towers are supported")
    }
    let activation = try reader.string("hidden_act", default: "quick_gelu")
    guard activation == "quick_gelu" else {
      throw reader.unsupported(
        "hidden_act", "\"\(activation)\" is not supported; known: quick_gelu")
    }
  }
}
