extension ModelConfiguration {
  /// Every tensor that a checkpoint of this configuration holds, in the order in which they are
  /// used.
  ///
  /// - Parameter tower: the tower to expect inside the checkpoint; nil where it lies in a folder of
  ///   its own.
  /// - Returns: names, shapes and roles; a synthesized checkpoint has exactly these.
  public func expectedTensors(tower: CLIPConfiguration? = nil) -> [TensorSpecification] {
    let names = TensorNaming(self)
    var tensors = tower.map { $0.expectedTensors(prefix: names.tower) } ?? []
    tensors += projectorTensors(names)
    tensors.append(TensorSpecification(names.embedding, [vocabularySize, hiddenSize], .embedding))
    if let newline = names.imageNewline {
      tensors.append(TensorSpecification(newline, [hiddenSize], .embedding))
    }
    if usesProxies && learnsProxies {
      let prefix = names.proxyInitializer
      tensors.append(Self.linear(prefix + "Wk", guidedMLPWidth, hiddenSize))
      tensors.append(
        TensorSpecification(prefix + "proxyv_tokens", [proxiesPerCrop, guidedMLPWidth], .embedding))
    }
    for layer in 0..<layerCount {
      tensors += layerTensors(names.layer(layer))
      if usesProxies && layer >= proxyStartLayer {
        tensors += guidedMLPTensors(names.guidedMLP(layer - proxyStartLayer))
      }
      if let start = lightMLPStartLayer, layer >= start {
        tensors += lightMLPTensors(names.lightMLP(layer - start))
      }
    }
    tensors.append(TensorSpecification(names.finalNorm, [hiddenSize], .gain))
    if !tiesWordEmbeddings {
      tensors.append(
        TensorSpecification(names.output, [vocabularySize, hiddenSize], .weight(fanIn: hiddenSize)))
    }
    return tensors
  }

  private func projectorTensors(_ names: TensorNaming) -> [TensorSpecification] {
    names.projectorLayers.enumerated().flatMap { index, name in
      let inputs = index == 0 ? visionHiddenSize : hiddenSize
      return [
        Self.linear(name, hiddenSize, inputs),
        TensorSpecification(name + ".bias", [hiddenSize], .bias),
      ]
    }
  }

  private func layerTensors(_ prefix: String) -> [TensorSpecification] {
    let queries = headCount * headSize
    let keys = keyValueHeadCount * headSize
    func gain(_ name: String) -> TensorSpecification {
      TensorSpecification(prefix + name, [hiddenSize], .gain)
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> TensorSpecification {
      Self.linear(prefix + name, outputs, inputs)
    }
    switch family {
    case .llama, .qwen2:
      let heads = [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)]
      let biases =
        family == .qwen2
        ? heads.map { TensorSpecification("\(prefix)self_attn.\($0.0).bias", [$0.1], .bias) } : []
      return [gain("input_layernorm.weight")]
        + heads.map { linear("self_attn.\($0.0)", $0.1, hiddenSize) } + biases + [
          linear("self_attn.o_proj", hiddenSize, queries), gain("post_attention_layernorm.weight"),
          linear("mlp.gate_proj", intermediateSize, hiddenSize),
          linear("mlp.up_proj", intermediateSize, hiddenSize),
          linear("mlp.down_proj", hiddenSize, intermediateSize),
        ]
    case .phi3:
      return [
        gain("input_layernorm.weight"),
        linear("self_attn.qkv_proj", queries + 2 * keys, hiddenSize),
        linear("self_attn.o_proj", hiddenSize, queries), gain("post_attention_layernorm.weight"),
        linear("mlp.gate_up_proj", 2 * intermediateSize, hiddenSize),
        linear("mlp.down_proj", hiddenSize, intermediateSize),
      ]
    case .internlm2:
      return [
        gain("attention_norm.weight"), linear("attention.wqkv", queries + 2 * keys, hiddenSize),
        linear("attention.wo", hiddenSize, queries), gain("ffn_norm.weight"),
        linear("feed_forward.w1", intermediateSize, hiddenSize),
        linear("feed_forward.w3", intermediateSize, hiddenSize),
        linear("feed_forward.w2", hiddenSize, intermediateSize),
      ]
    }
  }

  private func guidedMLPTensors(_ prefix: String) -> [TensorSpecification] {
    let width = guidedMLPWidth
    return [
      Self.linear(prefix + "context_proj", width, hiddenSize),
      Self.linear(prefix + "input_proj", width, hiddenSize),
      Self.linear(prefix + "proj.0", width, 2 * width),
      Self.linear(prefix + "proj.2", hiddenSize, width),
      TensorSpecification(prefix + "layernorm_post.weight", [hiddenSize], .gain),
    ]
  }

  private func lightMLPTensors(_ prefix: String) -> [TensorSpecification] {
    let width = guidedMLPWidth
    return [
      Self.linear(prefix + "input_proj", width, hiddenSize),
      Self.linear(prefix + "proj.0", width, width),
      Self.linear(prefix + "proj.2", hiddenSize, width),
      TensorSpecification(prefix + "layernorm_post.weight", [hiddenSize], .gain),
    ]
  }

  static func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> TensorSpecification {
    TensorSpecification(name + ".weight", [outputs, inputs], .weight(fanIn: inputs))
  }
}

extension CLIPConfiguration {
  /// Every tensor of the tower; the post-layer norm is stored, although the features are taken
  /// before it.
  public func expectedTensors(prefix: String = "") -> [TensorSpecification] {
    let root = prefix + "vision_model."
    func norm(_ name: String) -> [TensorSpecification] {
      [
        TensorSpecification("\(name).weight", [hiddenSize], .gain),
        TensorSpecification("\(name).bias", [hiddenSize], .bias),
      ]
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> [TensorSpecification] {
      [
        ModelConfiguration.linear(name, outputs, inputs),
        TensorSpecification("\(name).bias", [outputs], .bias),
      ]
    }
    var tensors = [
      TensorSpecification(root + "embeddings.class_embedding", [hiddenSize], .embedding),
      TensorSpecification(
        root + "embeddings.patch_embedding.weight", [hiddenSize, 3, patchSize, patchSize],
        .weight(fanIn: 3 * patchSize * patchSize)),
      TensorSpecification(
        root + "embeddings.position_embedding.weight", [patchCount + 1, hiddenSize], .embedding),
    ]
    tensors += norm(root + "pre_layrnorm")
    for layer in 0..<layerCount {
      let name = "\(root)encoder.layers.\(layer)."
      tensors += norm(name + "layer_norm1")
      for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        tensors += linear("\(name)self_attn.\(part)", hiddenSize, hiddenSize)
      }
      tensors += norm(name + "layer_norm2")
      tensors += linear(name + "mlp.fc1", intermediateSize, hiddenSize)
      tensors += linear(name + "mlp.fc2", hiddenSize, intermediateSize)
    }
    return tensors + norm(root + "post_layernorm")
  }
}
