import Checkpoints
import Tensor

/// Where each family keeps a decoder layer's weights in the checkpoint (spec, sections 1.3 and
/// 1.4).
extension DecoderLayer {
  /// - Parameters:
  ///   - prefix: the layer's key prefix, `model.layers.I.`
  ///   - intermediate: the FFN width
  init(
    store: WeightLoader, prefix: String, shape: Shape, intermediate m: Int,
    family: ModelConfiguration.Family
  ) throws {
    let d = shape.hidden
    let q = shape.heads * shape.headDimension
    let kv = shape.keyValueHeads * shape.headDimension
    self.shape = shape
    switch family {
    case .llama, .qwen2:
      inputNorm = try store.vector(prefix + "input_layernorm.weight", d)
      query = try store.linear(prefix + "self_attn.q_proj.weight", [q, d])
      key = try store.linear(prefix + "self_attn.k_proj.weight", [kv, d])
      value = try store.linear(prefix + "self_attn.v_proj.weight", [kv, d])
      let hasBias = family == .qwen2
      queryBias = hasBias ? try store.vector(prefix + "self_attn.q_proj.bias", q) : nil
      keyBias = hasBias ? try store.vector(prefix + "self_attn.k_proj.bias", kv) : nil
      valueBias = hasBias ? try store.vector(prefix + "self_attn.v_proj.bias", kv) : nil
      output = try store.linear(prefix + "self_attn.o_proj.weight", [d, q])
      postAttentionNorm = try store.vector(prefix + "post_attention_layernorm.weight", d)
      gate = try store.linear(prefix + "mlp.gate_proj.weight", [m, d])
      up = try store.linear(prefix + "mlp.up_proj.weight", [m, d])
      down = try store.linear(prefix + "mlp.down_proj.weight", [d, m])

    case .phi3:
      // One matrix: the rows of Q, then K, then V; and one for the gate's rows, then up's.
      inputNorm = try store.vector(prefix + "input_layernorm.weight", d)
      let fused = try store.tensor(
        named: prefix + "self_attn.qkv_proj.weight", shape: [q + 2 * kv, d])
      query = try store.linear(fused, inputs: d, rows: [0..<q])
      key = try store.linear(fused, inputs: d, rows: [q..<q + kv])
      value = try store.linear(fused, inputs: d, rows: [q + kv..<q + 2 * kv])
      (queryBias, keyBias, valueBias) = (nil, nil, nil)
      output = try store.linear(prefix + "self_attn.o_proj.weight", [d, q])
      postAttentionNorm = try store.vector(prefix + "post_attention_layernorm.weight", d)
      let gateUp = try store.tensor(named: prefix + "mlp.gate_up_proj.weight", shape: [2 * m, d])
      gate = try store.linear(gateUp, inputs: d, rows: [0..<m])
      up = try store.linear(gateUp, inputs: d, rows: [m..<2 * m])
      down = try store.linear(prefix + "mlp.down_proj.weight", [d, m])

    case .internlm2:
      // wqkv is [G, H/G + 2, headDimension, d]: a key/value group holds its query heads, then its
      // K, then its V.
      inputNorm = try store.vector(prefix + "attention_norm.weight", d)
      let fused = try store.tensor(named: prefix + "attention.wqkv.weight", shape: [q + 2 * kv, d])
      let perGroup = shape.heads / shape.keyValueHeads
      func rows(_ blocks: Range<Int>) -> [Range<Int>] {
        (0..<shape.keyValueHeads).map { group in
          let start = group * (perGroup + 2) * shape.headDimension
          return start + blocks.lowerBound * shape.headDimension..<start + blocks.upperBound
            * shape.headDimension
        }
      }
      query = try store.linear(fused, inputs: d, rows: rows(0..<perGroup))
      key = try store.linear(fused, inputs: d, rows: rows(perGroup..<perGroup + 1))
      value = try store.linear(fused, inputs: d, rows: rows(perGroup + 1..<perGroup + 2))
      (queryBias, keyBias, valueBias) = (nil, nil, nil)
      output = try store.linear(prefix + "attention.wo.weight", [d, q])
      postAttentionNorm = try store.vector(prefix + "ffn_norm.weight", d)
      gate = try store.linear(prefix + "feed_forward.w1.weight", [m, d])
      up = try store.linear(prefix + "feed_forward.w3.weight", [m, d])
      down = try store.linear(prefix + "feed_forward.w2.weight", [d, m])
    }
  }
}
