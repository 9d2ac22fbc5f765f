import DataFormats
import OrderedCollections

/// A checkpoint as Hugging Face's own classes save and load it, so that a server that nobody here
/// wrote can answer from the same weights.
extension Synthesis {
  /// How files and tensors are named.
  public enum Naming: String, Sendable, CaseIterable {
    /// As the official code of LLaVA and ProxyV writes them.
    case original
    /// As `LlavaNextForConditionalGeneration` of transformers; a plain LLaVA-NeXT only.
    case huggingFace = "huggingface"
  }

  /// Ids behind the text's tokens: one stands where an image goes, one fills batches.
  static let huggingFaceTokens = ["<image>", "<pad>"]

  /// The tokens of the text, `<image>` and `<pad>` not among them.
  public var textVocabularySize: Int { shape == .tiny ? 1_022 : 32_000 }

  /// The id that stands where an image goes.
  public var imageTokenID: Int { textVocabularySize }

  /// - Throws: ``CheckpointError`` `invalid-request` for what transformers' class cannot hold.
  func checkHuggingFace() throws(CheckpointError) {
    guard [.tiny, .vicuna7B, .vicuna13B].contains(shape) else {
      throw CheckpointError(
        .invalidRequest,
        "\(shape.rawValue) cannot be named as Hugging Face does; tiny, vicuna-7b and vicuna-13b can"
      )
    }
    guard method == .baseline else {
      throw CheckpointError(
        .invalidRequest,
        "Hugging Face's classes hold plain LLaVA-NeXT only; add --method baseline")
    }
    guard vocabularySize == nil else {
      throw CheckpointError(
        .invalidRequest,
        "a checkpoint named as Hugging Face does has a vocabulary of its own; leave its size out")
    }
  }

  /// `config.json` of `LlavaNextForConditionalGeneration`.
  var huggingFaceJSON: JSONValue {
    let flat = configurationJSON(vocabulary: shape == .tiny ? 1_024 : 32_064)
    func part(_ names: [String]) -> OrderedDictionary<String, JSONValue> {
      var part: OrderedDictionary<String, JSONValue> = [:]
      for name in names { part[name] = flat[name] ?? .null }
      return part
    }
    var text = part([
      "attention_bias", "attention_dropout", "bos_token_id", "eos_token_id", "hidden_act",
      "hidden_size", "initializer_range", "intermediate_size", "max_position_embeddings",
      "mlp_bias",
      "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "pretraining_tp",
      "rms_norm_eps", "rope_theta", "tie_word_embeddings", "torch_dtype", "use_cache", "vocab_size",
    ])
    text["architectures"] = ["LlamaForCausalLM"]
    text["model_type"] = "llama"
    text["pad_token_id"] = .integer(imageTokenID + 1)
    text.sort { $0.key < $1.key }
    var tower = towerJSON
    if case .object(var members) = tower {
      members["vocab_size"] = 32_000
      members.removeValue(forKey: "transformers_version")
      tower = .object(members)
    }
    return [
      "architectures": ["LlavaNextForConditionalGeneration"],
      "ignore_index": -100, "image_grid_pinpoints": pinpointsJSON,
      "image_seq_length": .integer(self.tower.patchCount),
      "image_token_index": .integer(imageTokenID), "model_type": "llava_next",
      "projector_hidden_act": "gelu", "text_config": .object(text),
      "tie_word_embeddings": false, "torch_dtype": flat["torch_dtype"] ?? "float32",
      "transformers_version": "4.41.2", "use_image_newline_parameter": true,
      "vision_config": tower, "vision_feature_layer": -2,
      "vision_feature_select_strategy": "default",
    ]
  }

  /// Height before width, as transformers has them.
  private var pinpointsJSON: JSONValue {
    .array(GridResolution.standard.map { [.integer($0.height), .integer($0.width)] })
  }

  /// What processor and server read beside the model's configuration.
  var huggingFaceFiles: [(name: String, text: String)] {
    var preprocessor = preprocessorJSON
    if case .object(var members) = preprocessor {
      members["aspect_ratio_setting"] = "anyres"
      members["do_pad"] = true
      members["image_grid_pinpoints"] = pinpointsJSON
      members["image_processor_type"] = "LlavaNextImageProcessor"
      members["processor_class"] = "LlavaNextProcessor"
      members.sort { $0.key < $1.key }
      preprocessor = .object(members)
    }
    // Without the two numbers the processor cannot count an image's tokens.
    let processor: JSONValue = [
      "image_token": "<image>", "num_additional_image_tokens": 1,
      "patch_size": .integer(tower.patchSize), "processor_class": "LlavaNextProcessor",
      "vision_feature_select_strategy": "default",
    ]
    return [
      ("preprocessor_config.json", preprocessor.text(indented: true)),
      ("processor_config.json", processor.text(indented: true)),
      ("chat_template.jinja", Self.vicunaTemplate),
    ]
  }

  /// Vicuna's conversation as LLaVA asks it; no line end after it, which would be asked too.
  private static let vicunaTemplate =
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives"
    + " helpful, detailed, and polite answers to the user's questions."
    + "{% for message in messages %}"
    + " {{ 'USER' if message.role == 'user' else 'ASSISTANT' }}: "
    + "{% if message.content is string %}{{ message.content }}{% else %}"
    + "{% for part in message.content %}{% if part.type in ['image', 'image_url'] %}<image>\n"
    + "{% endif %}{% endfor %}"
    + "{% for part in message.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}"
    + "{% endfor %}{% endif %}"
    + "{% if message.role != 'user' %}</s>{% endif %}{% endfor %}"
    + "{% if add_generation_prompt %} ASSISTANT:{% endif %}"

  /// `tokenizer_config.json` with the two tokens behind the text's.
  /// - Parameter json: as the tokenizer of the family has it
  public func huggingFaceTokenizer(_ json: JSONValue) -> JSONValue {
    guard case .object(var members) = json else { return json }
    func token(_ content: String) -> JSONValue {
      [
        "content": .string(content), "lstrip": false, "normalized": false, "rstrip": false,
        "single_word": false, "special": true,
      ]
    }
    members["added_tokens_decoder"] = .object(
      OrderedDictionary(
        uniqueKeysWithValues: Self.huggingFaceTokens.enumerated().map {
          ("\(imageTokenID + $0)", token($1))
        }))
    members["image_token"] = "<image>"
    members["pad_token"] = "<pad>"
    // The other way, a space is put before what follows a special token.
    members["legacy"] = true
    members["processor_class"] = "LlavaNextProcessor"
    members.sort { $0.key < $1.key }
    return .object(members)
  }
}
