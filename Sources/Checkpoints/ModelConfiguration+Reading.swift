import DataFormats
import Diagnostics
import Foundation

extension ModelConfiguration {
  /// Reads `config.json`.
  /// - Throws: ``CheckpointError`` or ``DataFormatError`` naming file and key: not JSON, a wrong
  ///   type, a value out of range or at odds with another, a model or option that is not supported.
  /// - Parameter ignoredKeys: keys that are not read and may nevertheless be there
  public init(contentsOf path: String, ignoring ignoredKeys: Set<String> = []) throws {
    try self.init(JSONNode(contentsOf: path), ignoring: ignoredKeys)
  }

  /// Reads a configuration that is already parsed, in the spelling of transformers 4 or 5.
  public init(_ node: JSONNode, ignoring ignoredKeys: Set<String> = []) throws {
    let node = try ConfigurationDialect.version4(node)
    let top = try ConfigurationReader(node)
    modelType = try top.string("model_type", default: "")
    let isNested = top.has("text_config") || ["llava_next", "llava_next_video"].contains(modelType)
    layout = isNested ? .huggingFace : .original
    let text =
      isNested
      ? try top.object("text_config")
        ?? ConfigurationReader(JSONNode([:], file: node.file, path: "text_config")) : top
    family = try Self.family(top: top, text: text, isNested: isNested)
    for reader in [top, isNested ? text : nil, try isNested ? top.object("vision_config") : nil] {
      if let reader { try ConfigurationKeys.check(reader, ignoring: ignoredKeys) }
    }
    isMistral =
      try modelType == "llava_mistral"
      || isNested && text.string("model_type", default: "llama") == "mistral"

    let defaults = LanguageDefaults(family, isMistral: isMistral)
    hiddenSize = try text.int("hidden_size", default: defaults.hidden, in: Bounds.width)
    intermediateSize = try text.int(
      "intermediate_size", default: defaults.intermediate, in: Bounds.intermediate)
    layerCount = try text.int("num_hidden_layers", default: defaults.layers, in: Bounds.layers)
    headCount = try text.int("num_attention_heads", default: 32, in: Bounds.heads)
    keyValueHeadCount = try text.int(
      "num_key_value_heads", default: defaults.keyValueHeads ?? headCount, in: Bounds.heads)
    vocabularySize = try text.int("vocab_size", default: defaults.vocabulary, in: Bounds.vocabulary)
    maxPositions = try text.int(
      "max_position_embeddings", default: defaults.positions, in: Bounds.positions)
    rmsNormEpsilon = try text.double("rms_norm_eps", default: defaults.epsilon, in: Bounds.epsilon)
    ropeTheta = try text.double("rope_theta", default: 10_000, in: 1...1e12)
    ropeScaling = try Self.ropeScaling(text)
    tiesWordEmbeddings = try top.bool(
      "tie_word_embeddings", default: text.bool("tie_word_embeddings", default: false))
    bosTokenID = try text.optionalInt("bos_token_id", in: Bounds.tokenID) ?? defaults.bos
    eosTokenIDs = try text.tokenIDs("eos_token_id") ?? defaults.eos
    padTokenID = try text.optionalInt("pad_token_id", in: -1...Bounds.tokenID.upperBound)

    usesProxies = try top.bool("proxyv", default: false)
    proxyStartLayer = try top.int(
      "proxyv_start_layer", default: 0, in: 0...Bounds.layers.upperBound)
    proxyReduceFactor = try top.int("proxyv_reduce_factor", default: 4, in: 1...1_024)
    learnsProxies = try top.bool("learn_proxy", default: false)
    lightMLPStartLayer = try top.optionalInt(
      "light_mlp_start_layer", in: 0...Bounds.layers.upperBound)
    nestedTower = try isNested ? CLIPConfiguration(top.object("vision_config")) : nil
    tokensPerCrop = try top.int(
      "per_crop_token_len", default: nestedTower?.patchCount ?? 576, in: 1...1_048_576)
    tokensPerSide = try top.int(
      "image_token_len_per_side", default: nestedTower?.patchesPerSide ?? 24, in: 1...1_024)

    visionTower = try isNested ? nil : top.optionalString("mm_vision_tower")
    visionHiddenSize =
      try nestedTower?.hiddenSize ?? top.int("mm_hidden_size", default: 1_024, in: Bounds.width)
    visionSelectLayer = try top.int(
      isNested ? "vision_feature_layer" : "mm_vision_select_layer", default: -2, in: -1_025...1_024)
    projector = try isNested ? Self.nestedProjector(top) : Self.projector(top)

    aspectRatio =
      try modelType == "llava_next" ? .anyres : isNested ? .square : Self.aspectRatio(top)
    patchMergeType = try top.string(
      "mm_patch_merge_type", default: modelType == "llava_next" ? "spatial_unpad" : "flat")
    let cropSide = nestedTower?.imageSize ?? 336
    gridPinpoints = try GridResolution.list(top, cropSide: cropSide, heightFirst: isNested)
    if gridPinpoints.isEmpty && aspectRatio == .anyres {
      guard isNested else {
        let what = top.has("image_grid_pinpoints") ? "empty" : "missing"
        throw top.invalid(
          "image_grid_pinpoints", "the list is \(what), but image_aspect_ratio is anyres")
      }
      gridPinpoints = GridResolution.standard
    }
    usesImageStartEnd = try top.bool("mm_use_im_start_end", default: false)
    usesImagePatchToken = try isNested ? false : top.bool("mm_use_im_patch_token", default: true)
    imageTokenID = try top.optionalInt("image_token_index", in: Bounds.tokenID)
    maxTokens = try top.optionalInt("tokenizer_model_max_length", in: Bounds.positions)

    if isNested {
      packing = modelType == "llava_next" ? .spatialUnpad : .flat
    } else if top.has("proxyv") || top.has("per_crop_token_len") {
      packing = .grouped
    } else {
      packing =
        patchMergeType.hasPrefix("spatial") && aspectRatio == .anyres ? .spatialUnpad : .flat
    }
    maxCrops = try top.int(
      "max_num_image_crops", default: packing == .grouped ? 5 : Bounds.crops.upperBound,
      in: Bounds.crops)
    try check(top: top, text: text)
  }

  // MARK: Parts

  private typealias Bounds = ConfigurationReader.Bounds

  /// The defaults of the Transformers classes.
  private struct LanguageDefaults {
    var hidden = 4_096, intermediate = 11_008, layers = 32, vocabulary = 32_000, positions = 2_048
    var epsilon = 1e-6
    var bos: Int? = 1
    var eos = [2]

    var keyValueHeads: Int?

    init(_ family: Family, isMistral: Bool) {
      switch family {
      case .llama where isMistral: (intermediate, positions, keyValueHeads) = (14_336, 131_072, 8)
      case .llama: break
      case .qwen2:
        (intermediate, vocabulary, positions, bos, eos) = (22_016, 151_936, 32_768, nil, [])
      case .phi3:
        (hidden, intermediate, vocabulary, positions, epsilon, eos) = (
          3_072, 8_192, 32_064, 4_096, 1e-5, [32_000]
        )
      case .internlm2: vocabulary = 103_168
      }
    }
  }

  /// The family by `model_type`, or by `architectures` where the type is none that is known.
  private static func family(
    top: ConfigurationReader, text: ConfigurationReader, isNested: Bool
  ) throws -> Family {
    let known: [String: Family] = [
      "llava_llama": .llama, "llava": .llama, "llava_mistral": .llama, "llava_qwen": .qwen2,
      "llava_qwen2": .qwen2, "llava_phi": .phi3,
      "llava_phi3": .phi3,
      "llava_internlm2": .internlm2, "llava_internlm": .internlm2,
    ]
    if isNested {
      let outer = try top.string("model_type", default: "llava_next")
      guard ["llava_next", "llava"].contains(outer) else {
        throw top.unsupported(
          "model_type",
          """
          the model \"\(outer)\" is not supported; \
          \(suggestion(for: outer, among: ["llava_next", "llava"]))
          """
        )
      }
      let inner = try text.string("model_type", default: "llama")
      guard ["llama", "mistral"].contains(inner) else {
        throw text.unsupported(
          "model_type",
          "the language model \"\(inner)\" is not supported inside \(outer); known: llama, mistral")
      }
      return .llama
    }
    let type = try top.string("model_type", default: "")
    if let family = known[type] { return family }
    let words = ([type] + (try top.node.optional("architectures")?.strings() ?? [])).map {
      $0.lowercased()
    }
    if words.contains(where: { $0.contains("llava") }) {
      let marks: [(String, Family)] = [
        ("internlm2", .internlm2), ("qwen2", .qwen2), ("qwen", .qwen2), ("phi", .phi3),
        ("llama", .llama),
      ]
      // "llavallamaforcausallm" and its like; the first mark that stands after "llava" wins.
      for (mark, family) in marks
      where words.contains(where: { $0.replacingOccurrences(of: "llava", with: "").contains(mark) })
      {
        return family
      }
    }
    let names = known.keys.sorted() + ["llava_next"]
    throw top.unsupported(
      "model_type",
      type.isEmpty
        ? "the key is missing; known: \(names.joined(separator: ", "))"
        : "the model \"\(type)\" is not supported; \(suggestion(for: type, among: names))")
  }

  private static func ropeScaling(_ text: ConfigurationReader) throws -> RopeScaling? {
    guard let scaling = try text.object("rope_scaling") else { return nil }
    let type = try scaling.optionalString("type") ?? scaling.string("rope_type", default: "default")
    let factor = try scaling.double("factor", default: 1, in: 1e-3...1e6)
    // "dynamic" acts only beyond max_position_embeddings; the others change every position.
    guard ["default", "dynamic"].contains(type) || (type == "linear" && factor == 1) else {
      throw text.unsupported(
        "rope_scaling",
        """
        the scaling \"\(type)\" is not supported; known: dynamic (plain within \
        max_position_embeddings)
        """
      )
    }
    return type == "default" ? nil : RopeScaling(type: type, factor: factor)
  }

  private static func projector(_ top: ConfigurationReader) throws -> Projector {
    let type = try top.string("mm_projector_type", default: "linear")
    switch type {
    case "identity": return .identity
    case "linear": return .linear
    default:
      if type.hasPrefix("mlp"), type.hasSuffix("x_gelu"),
        let depth = Int(type.dropFirst(3).dropLast(6)), (1...16).contains(depth)
      {
        return .mlp(depth: depth)
      }
      throw top.unsupported(
        "mm_projector_type",
        "the projector \"\(type)\" is not supported; known: linear, mlp2x_gelu, identity")
    }
  }

  private static func nestedProjector(_ top: ConfigurationReader) throws -> Projector {
    let activation = try top.string("projector_hidden_act", default: "gelu")
    guard activation == "gelu" else {
      throw top.unsupported(
        "projector_hidden_act", "\"\(activation)\" is not supported; known: gelu")
    }
    return .mlp(depth: 2)
  }

  private static func aspectRatio(_ top: ConfigurationReader) throws -> AspectRatio {
    let name = try top.string("image_aspect_ratio", default: "square")
    if let ratio = AspectRatio(rawValue: name) { return ratio }
    if name == "none" { return .square }
    throw top.unsupported(
      "image_aspect_ratio",
      """
      \"\(name)\" is not supported; \
      \(suggestion(for: name, among: AspectRatio.allCases.map(\.rawValue)))
      """
    )
  }

  // MARK: Consistency

  private func check(top: ConfigurationReader, text: ConfigurationReader) throws {
    guard hiddenSize % headCount == 0 else {
      throw text.invalid(
        "num_attention_heads", "\(headCount) heads do not divide hidden_size \(hiddenSize)")
    }
    guard headSize % 2 == 0 else {
      throw text.invalid(
        "num_attention_heads",
        "heads of \(headSize) elements cannot be rotated; the size must be even")
    }
    if let stated = try text.optionalInt("head_dim", in: Bounds.width), stated != headSize {
      throw text.unsupported(
        "head_dim", "\(stated) differs from hidden_size / num_attention_heads = \(headSize)")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw text.invalid(
        "num_key_value_heads",
        "\(keyValueHeadCount) does not divide num_attention_heads \(headCount)")
    }
    let activation = try text.string("hidden_act", default: "silu")
    guard ["silu", "swish"].contains(activation) else {
      throw text.unsupported("hidden_act", "\"\(activation)\" is not supported; known: silu")
    }
    // Mistral's class has a window of 4096 where the key is absent; the LLaVA checkpoints say null.
    if isMistral, text.node.value["sliding_window"]?.isNull != true {
      throw text.unsupported(
        "sliding_window", "attention within a window is not supported; known: null")
    }
    for key in ["attention_bias", "mlp_bias", "bias"] where try text.bool(key, default: false) {
      throw text.unsupported(key, "biases in the language model's layers are not supported")
    }
    let idKeys = [("bos_token_id", bosTokenID.map { [$0] } ?? []), ("eos_token_id", eosTokenIDs)]
    for (key, ids) in idKeys where text.has(key) {
      if let id = ids.first(where: { $0 >= vocabularySize }) {
        throw text.invalid(key, "\(id) is outside the vocabulary of \(vocabularySize)")
      }
    }
    let featureKey =
      layout == .huggingFace ? "vision_feature_select_strategy" : "mm_vision_select_feature"
    let feature = try top.string(featureKey, default: layout == .huggingFace ? "default" : "patch")
    guard ["patch", "default"].contains(feature) else {
      throw top.unsupported(featureKey, "\"\(feature)\" is not supported; known: patch")
    }
    if packing == .grouped { try checkProxies(top) }
  }

  private func checkProxies(_ top: ConfigurationReader) throws {
    guard tokensPerSide * tokensPerSide == tokensPerCrop else {
      throw top.invalid(
        "per_crop_token_len",
        "\(tokensPerCrop) is not the square of image_token_len_per_side \(tokensPerSide)")
    }
    let newline = try top.string("mm_newline_position", default: "one_token")
    guard newline == "one_token" else {
      throw top.unsupported(
        "mm_newline_position", "\"\(newline)\" is not supported; known: one_token")
    }
    if let start = lightMLPStartLayer, start >= layerCount {
      throw top.invalid(
        "light_mlp_start_layer",
        "\(start) is not a layer; the model has layers 0 to \(layerCount - 1)")
    }
    guard usesProxies else { return }
    guard proxyStartLayer < layerCount else {
      throw top.invalid(
        "proxyv_start_layer",
        "\(proxyStartLayer) is not a layer; the model has layers 0 to \(layerCount - 1)")
    }
    guard tokensPerSide % proxyReduceFactor == 0 else {
      throw top.invalid(
        "proxyv_reduce_factor",
        "\(proxyReduceFactor) does not divide image_token_len_per_side \(tokensPerSide)")
    }
    if let stated = try top.optionalInt(
      "num_of_vision_mlp_layers", in: 0...Bounds.layers.upperBound), stated != guidedMLPCount
    {
      throw top.invalid(
        "num_of_vision_mlp_layers",
        "\(stated) differs from num_hidden_layers - proxyv_start_layer = \(guidedMLPCount)")
    }
  }
}
