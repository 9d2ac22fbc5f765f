import DataFormats
import Diagnostics
import OrderedCollections

/// Which keys of a configuration are known, and what is done about the others.
///
/// A key that nobody reads may change what the model computes; passing over it in silence gives
/// answers of another model. So every key is read, known not to matter when answers are greedy
/// (``harmless``), or refused by name. Sources: the configuration classes of transformers 4.40 to
/// 5.1 for Llama, Mistral, Qwen2, Phi-3, InternLM2, CLIP, LLaVA and LLaVA-NeXT, and the training
/// codes of LLaVA, LLaVA-NeXT and ProxyV.
enum ConfigurationKeys {
  /// Read somewhere in this module, whether or not a given model needs them.
  static let read: Set<String> = [
    "model_type", "architectures", "text_config", "vision_config", "hidden_size",
    "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
    "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling",
    "tie_word_embeddings", "bos_token_id", "eos_token_id", "pad_token_id", "proxyv",
    "proxyv_start_layer", "proxyv_reduce_factor", "learn_proxy", "light_mlp_start_layer",
    "per_crop_token_len", "image_token_len_per_side", "mm_vision_tower", "mm_hidden_size",
    "mm_vision_select_layer", "vision_feature_layer", "mm_patch_merge_type", "mm_projector_type",
    "projector_hidden_act", "image_aspect_ratio", "image_grid_pinpoints", "mm_use_im_start_end",
    "mm_use_im_patch_token", "image_token_index", "tokenizer_model_max_length",
    "max_num_image_crops", "head_dim", "hidden_act", "sliding_window", "attention_bias",
    "mlp_bias", "bias", "vision_feature_select_strategy", "mm_vision_select_feature",
    "mm_newline_position", "num_of_vision_mlp_layers", "hidden_size_reduce_factor",
    // CLIP
    "image_size", "patch_size", "layer_norm_eps", "num_channels",
  ]

  /// Known, and without influence on greedy answers: training, bookkeeping, sampling, where files
  /// came from.
  static let harmless: Set<String> = [
    "_name_or_path", "name_or_path", "transformers_version", "torch_dtype", "dtype", "use_cache",
    "auto_map", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
    "attention_dropout", "attention_probs_dropout_prob", "hidden_dropout", "hidden_dropout_prob",
    "dropout", "resid_pdrop", "embd_pdrop", "initializer_range", "initializer_factor",
    "pretraining_tp", "max_window_layers", "projection_dim", "logit_scale_init_value",
    "original_max_position_embeddings", "return_dict", "output_hidden_states",
    "output_attentions", "torchscript", "use_bfloat16", "tf_legacy_loss", "pruned_heads",
    "is_encoder_decoder", "is_decoder", "cross_attention_hidden_size", "add_cross_attention",
    "tie_encoder_decoder", "finetuning_task", "id2label", "label2id", "num_labels",
    "task_specific_params", "problem_type", "tokenizer_class", "prefix", "sep_token_id",
    "unk_token_id", "decoder_start_token_id", "max_length", "min_length", "do_sample",
    "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k",
    "top_p", "typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size",
    "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores",
    "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id",
    "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens",
    "begin_suppress_tokens", "chunk_size_feed_forward", "text_config_dict",
    "vision_config_dict", "ignore_index", "image_seq_length", "model_max_length", "torch_compile",
    "vocab_file", "gradient_checkpointing", "base_model_name", "max_sequence_length",
    "tokenizer_padding_side", "use_mm_proj", "freeze_mm_mlp_adapter", "tune_mm_mlp_adapter",
    "tune_mm_vision_resampler", "freeze_mm_vision_resampler", "tune_entire_model",
    "unfreeze_mm_vision_tower", "tune_mm_vision_tower", "mm_projector_lr", "mm_vision_tower_lr",
    "mm_tunable_parts", "mm_vision_tower_freeze", "freeze_backbone", "pretrain_mm_mlp_adapter",
    "image_crop_resolution", "image_split_resolution", "image_processor", "lora_enable",
    "use_legacy_cache", "vision_tower_pretrained", "delay_load", "num_learnable_tokens",
    "resampler_dim", "mm_spatial_pool_mode", "mm_spatial_pool_out_channels",
    "mm_spatial_pool_stride", "add_faster_video", "faster_token_stride", "add_time_instruction",
    "force_sample", "pos_skipping_range", "video_token_index", "trust_remote_code",
    "frames_upbound", "mm_resampler_location", "tokenizer_name", "layer_norm_epsilon",
  ]

  /// Known keys that are harmless with one of these values, and change the computation else.
  static let harmlessValues: [String: [JSONValue]] = [
    "use_sliding_window": [false], "partial_rotary_factor": [1, 1.0], "vision_use_head": [false],
    "multimodal_projector_bias": [true], "use_image_newline_parameter": [true],
    "use_pos_skipping": [false], "mm_resampler_type": [.null, "identity"],
    "qkv_bias": [true], "rope_interleaved": [false], "use_qk_norm": [false],
    "clip_qkv": [.null], "logit_scale": [1, 1.0], "no_bias": [true], "mm_use_newline": [true],
  ]

  /// - Parameter ignored: what `--ignore-config-key` names
  /// - Throws: ``CheckpointError`` `unsupported-configuration` for the first key that is not known.
  static func check(_ reader: ConfigurationReader, ignoring ignored: Set<String>) throws {
    for (key, value) in try reader.node.members() {
      if read.contains(key) || harmless.contains(key) || ignored.contains(key) { continue }
      // Absent and null are one to transformers: the class's default, which is what is computed.
      if value.value.isNull { continue }
      if let allowed = harmlessValues[key], allowed.contains(value.value) { continue }
      if key == "layer_types", try value.strings().allSatisfy({ $0 == "full_attention" }) {
        continue
      }
      if key == "quantization_config" { throw try quantised(reader, value) }
      throw reader.unsupported(
        key,
        """
        this key is not read here and may change what the model computes (value: \
        \(shown(value.value))); if it does not, add --ignore-config-key \(key)
        """)
    }
  }

  private static func quantised(
    _ reader: ConfigurationReader, _ value: JSONNode
  ) throws -> CheckpointError {
    let method = try? value.optional("quant_method")?.string()
    return reader.unsupported(
      "quantization_config",
      "quantised checkpoints\(method.map { " (\($0))" } ?? "") are not read; take the original checkpoint,"
        + " or dequantise it (model.dequantize() in transformers) and save that")
  }

  private static func shown(_ value: JSONValue) -> String {
    let text = value.text()
    return text.count > 60 ? text.prefix(60) + "…" : text
  }
}

/// The spelling of configurations since transformers 5, put into that of version 4: one way of
/// reading, and one identity for one model.
enum ConfigurationDialect {
  /// `dtype` becomes `torch_dtype`; what `rope_parameters` holds becomes `rope_theta` and
  /// `rope_scaling`; `image_token_id` becomes `image_token_index`. Nested configurations too.
  /// - Throws: ``CheckpointError`` where both spellings are there and disagree, or for rotary
  ///   parameters that differ between kinds of layers.
  static func version4(_ node: JSONNode) throws -> JSONNode {
    guard case .object(var members) = node.value else { return node }
    // What the weights are is known from their file: here the two may disagree.
    if let type = members.removeValue(forKey: "dtype"), members["torch_dtype"] == nil {
      members["torch_dtype"] = type
    }
    if let token = members.removeValue(forKey: "image_token_id"), !token.isNull {
      try put(
        token, as: "image_token_index", from: "image_token_id", into: &members, of: node)
    }
    if case .object(var rope)? = members.removeValue(forKey: "rope_parameters") {
      let reader = try ConfigurationReader(node)
      guard !rope.values.contains(where: { if case .object = $0 { true } else { false } }) else {
        throw reader.unsupported(
          "rope_parameters", "rotary parameters of their own for some layers are not supported")
      }
      if let theta = rope.removeValue(forKey: "rope_theta") {
        try put(theta, as: "rope_theta", from: "rope_parameters", into: &members, of: node)
      }
      if let share = rope.removeValue(forKey: "partial_rotary_factor") {
        try put(
          share, as: "partial_rotary_factor", from: "rope_parameters", into: &members, of: node)
      }
      let type = rope["rope_type"] ?? rope["type"]
      if type != nil, type != "default" {
        try put(
          .object(rope), as: "rope_scaling", from: "rope_parameters", into: &members, of: node)
      }
    }
    for key in ["text_config", "vision_config"] {
      guard let inner = try node.optional(key), case .object = inner.value else { continue }
      members[key] = try version4(inner).value
    }
    return JSONNode(.object(members), file: node.file, path: node.path)
  }

  private static func put(
    _ value: JSONValue, as old: String, from new: String,
    into members: inout OrderedDictionary<String, JSONValue>, of node: JSONNode
  ) throws {
    if let present = members[old], !present.isNull, !isEqual(present, value) {
      throw try ConfigurationReader(node).invalid(
        new, "it says \(value.text()) and \(old) says \(present.text()); remove the wrong one")
    }
    members[old] = value
  }

  private static func isEqual(_ a: JSONValue, _ b: JSONValue) -> Bool {
    a == b || (a.doubleValue != nil && a.doubleValue == b.doubleValue)
  }
}
