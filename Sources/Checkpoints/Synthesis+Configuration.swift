import DataFormats
import OrderedCollections

extension Synthesis {
  /// A language model's numbers as its authors published them.
  private struct Language {
    var modelType: String
    var architecture: String
    var conversation: ConversationFamily
    var hidden, intermediate, layers, heads, keyValueHeads, vocabulary, positions: Int
    var epsilon = 1e-5
    var theta = 10_000.0
    var bos = 1
    var eos = [2]
    var pad: Int?
    /// The layer from which the paper's ProxyV works.
    var startLayer: Int
  }

  private var language: Language {
    switch shape {
    case .tiny:
      Language(
        modelType: "llava_llama", architecture: "LlavaLlamaForCausalLM", conversation: .vicuna,
        hidden: 64, intermediate: 160,
        layers: 4,
        heads: 4, keyValueHeads: 4, vocabulary: 1_024, positions: 4_096, pad: 0, startLayer: 2)
    case .vicuna7B:
      Language(
        modelType: "llava_llama", architecture: "LlavaLlamaForCausalLM", conversation: .vicuna,
        hidden: 4_096,
        intermediate: 11_008,
        layers: 32, heads: 32, keyValueHeads: 32, vocabulary: 32_000, positions: 4_096, pad: 0,
        startLayer: 12)
    case .vicuna13B:
      Language(
        modelType: "llava_llama", architecture: "LlavaLlamaForCausalLM", conversation: .vicuna,
        hidden: 5_120,
        intermediate: 13_824,
        layers: 40, heads: 40, keyValueHeads: 40, vocabulary: 32_000, positions: 4_096, pad: 0,
        startLayer: 16)
    case .llama3:
      Language(
        modelType: "llava_llama", architecture: "LlavaLlamaForCausalLM", conversation: .llama3,
        hidden: 4_096,
        intermediate: 14_336,
        layers: 32, heads: 32, keyValueHeads: 8, vocabulary: 128_256, positions: 8_192,
        theta: 500_000, bos: 128_000,
        eos: [128_001, 128_009], startLayer: 16)
    case .qwen2:
      Language(
        modelType: "llava_qwen", architecture: "LlavaQwenForCausalLM", conversation: .qwen,
        hidden: 3_584, intermediate: 18_944,
        layers: 28,
        heads: 28, keyValueHeads: 4, vocabulary: 152_064, positions: 32_768, epsilon: 1e-6,
        theta: 1_000_000, bos: 151_643,
        eos: [151_645, 151_643], pad: 151_643, startLayer: 16)
    case .phi3Mini:
      Language(
        modelType: "llava_phi", architecture: "LlavaPhiForCausalLM", conversation: .phi3,
        hidden: 3_072, intermediate: 8_192,
        layers: 32,
        heads: 32, keyValueHeads: 32, vocabulary: 32_064, positions: 4_096,
        eos: [32_000, 32_001, 32_007], pad: 32_000,
        startLayer: 16)
    case .internLM25:
      Language(
        modelType: "llava_internlm2", architecture: "LlavaInternLM2ForCausalLM",
        conversation: .internlm2, hidden: 4_096,
        intermediate: 14_336, layers: 32, heads: 32, keyValueHeads: 8, vocabulary: 92_544,
        positions: 32_768, theta: 1_000_000,
        eos: [2, 92_542], pad: 2, startLayer: 16)
    }
  }

  /// The conversation whose tokenizer the checkpoint needs.
  public var conversation: ConversationFamily { language.conversation }

  /// The tower inside the checkpoint.
  public var tower: CLIPConfiguration {
    guard shape == .tiny else { return .largePatch14At336 }
    return CLIPConfiguration(
      hiddenSize: 64, intermediateSize: 128, layerCount: 3, headCount: 4, imageSize: 336,
      patchSize: 14)
  }

  var towerFolderName: String {
    shape == .tiny ? "clip-tiny-patch14-336" : "clip-vit-large-patch14-336"
  }

  /// `config.json` with the keys that the official training code writes.
  var configurationJSON: JSONValue {
    naming == .huggingFace ? huggingFaceJSON : configurationJSON(vocabulary: nil)
  }

  /// The flat configuration.
  /// - Parameter vocabulary: nil: the shape's
  func configurationJSON(vocabulary: Int?) -> JSONValue {
    let language = language
    let layers = layers ?? language.layers
    // The paper's layer where the depth is the published one, else in proportion.
    let (scaled, overflow) = language.startLayer.multipliedReportingOverflow(by: layers)
    let start = startLayer ?? (overflow ? language.startLayer : scaled / language.layers)
    let usesProxies = method == .proxyV || method == .learnedProxyV
    var keys: OrderedDictionary<String, JSONValue> = [
      "architectures": [.string(language.architecture)], "attention_dropout": 0.0,
      "bos_token_id": .integer(language.bos),
      "eos_token_id": eosJSON, "hidden_act": "silu", "hidden_size": .integer(language.hidden),
      "hidden_size_reduce_factor": 4,
      "image_aspect_ratio": "anyres", "image_crop_resolution": nil,
      "image_grid_pinpoints": .array(
        GridResolution.standard.map { [.integer($0.width), .integer($0.height)] }),
      "image_split_resolution": nil, "image_token_len_per_side": 24, "initializer_range": 0.02,
      "intermediate_size": .integer(language.intermediate),
      "learn_proxy": .bool(method == .learnedProxyV),
      "max_num_image_crops": 5,
      "max_position_embeddings": .integer(language.positions),
      "mm_hidden_size": .integer(tower.hiddenSize),
      "mm_newline_position": "one_token", "mm_patch_merge_type": "spatial_unpad",
      "mm_projector_type": "mlp2x_gelu",
      "mm_resampler_type": nil, "mm_use_im_patch_token": false, "mm_use_im_start_end": false,
      "mm_vision_select_feature": "patch",
      "mm_vision_select_layer": -2,
      "mm_vision_tower": .string(shape == .tiny ? towerFolderName : "openai/" + towerFolderName),
      "model_type": .string(language.modelType), "num_attention_heads": .integer(language.heads),
      "num_hidden_layers": .integer(layers),
      "num_key_value_heads": .integer(language.keyValueHeads), "per_crop_token_len": 576,
      "proxyv": .bool(usesProxies),
      "proxyv_reduce_factor": .integer(reduceFactor), "proxyv_start_layer": .integer(start),
      "rms_norm_eps": .number(language.epsilon),
      "rope_scaling": shape == .internLM25 ? ["factor": 2.0, "type": "dynamic"] : nil,
      "rope_theta": .number(language.theta),
      "tie_word_embeddings": false, "tokenizer_model_max_length": 4_096,
      "tokenizer_padding_side": "right",
      "torch_dtype": .string(dtype == .f32 ? "float32" : dtype == .f16 ? "float16" : "bfloat16"),
      "transformers_version": "4.41.2",
      "use_cache": true, "use_mm_proj": true,
      "vocab_size": .integer(vocabulary ?? vocabularySize ?? language.vocabulary),
    ]
    if usesProxies, start >= 0, layers > start {
      keys["num_of_vision_mlp_layers"] = .integer(layers - start)
    }
    if method == .lightMLP { keys["light_mlp_start_layer"] = .integer(start) }
    if let pad = language.pad { keys["pad_token_id"] = .integer(pad) }
    switch shape {
    case .tiny, .vicuna7B, .vicuna13B, .llama3:
      keys["attention_bias"] = false
      keys["mlp_bias"] = false
      keys["pretraining_tp"] = 1
    case .qwen2:
      keys["sliding_window"] = 131_072
      keys["use_sliding_window"] = false
      keys["max_window_layers"] = .integer(layers)
    case .phi3Mini:
      keys["sliding_window"] = 2_047
      keys["original_max_position_embeddings"] = .integer(language.positions)
    case .internLM25:
      keys["bias"] = false
    }
    keys.sort { $0.key < $1.key }
    return .object(keys)
  }

  /// `generation_config.json`, sampling options included as the official files have them.
  var generationJSON: JSONValue {
    var keys: OrderedDictionary<String, JSONValue> = [
      "bos_token_id": .integer(language.bos), "do_sample": true, "eos_token_id": eosJSON,
      "temperature": 0.9, "top_p": 0.6,
      "transformers_version": "4.41.2",
    ]
    if let pad = language.pad { keys["pad_token_id"] = .integer(pad) }
    keys.sort { $0.key < $1.key }
    return .object(keys)
  }

  /// A flat `CLIPVisionConfig`.
  var towerJSON: JSONValue {
    [
      "architectures": ["CLIPVisionModel"], "attention_dropout": 0.0, "hidden_act": "quick_gelu",
      "hidden_size": .integer(tower.hiddenSize),
      "image_size": .integer(tower.imageSize), "initializer_factor": 1.0, "initializer_range": 0.02,
      "intermediate_size": .integer(tower.intermediateSize),
      "layer_norm_eps": .number(tower.layerNormEpsilon),
      "model_type": "clip_vision_model", "num_attention_heads": .integer(tower.headCount),
      "num_channels": 3,
      "num_hidden_layers": .integer(tower.layerCount), "patch_size": .integer(tower.patchSize),
      "projection_dim": .integer(shape == .tiny ? 32 : 768), "torch_dtype": "float32",
      "transformers_version": "4.41.2",
    ]
  }

  /// CLIP's own preprocessing.
  var preprocessorJSON: JSONValue {
    let side = JSONValue.integer(tower.imageSize)
    return [
      "crop_size": ["height": side, "width": side], "do_center_crop": true, "do_convert_rgb": true,
      "do_normalize": true,
      "do_rescale": true, "do_resize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073],
      "image_processor_type": "CLIPImageProcessor",
      "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
      "rescale_factor": 0.00392156862745098, "size": ["shortest_edge": side],
    ]
  }

  private var eosJSON: JSONValue {
    language.eos.count == 1 ? .integer(language.eos[0]) : .array(language.eos.map { .integer($0) })
  }
}
