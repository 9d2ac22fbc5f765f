import Checkpoints
import Tensor

/// What stands in for a vision token's attention and FFN where a layer skips both (tables 1 and 2
/// of the paper, ATN+FFN).
///
/// `V' = RMSNorm(V + proj.2 · silu(proj.0 · input_proj(V)))`: the guided update without its
/// context. The paper prints no code; the 9.44 million parameters per layer that it gives for
/// Vicuna-7B are `2dr + r²` with r = d/4, which are these three maps.
struct LightMLP: Sendable {
  let inputProjection: LinearWeights  // input_proj.weight [r, d]
  let hiddenProjection: LinearWeights  // proj.0.weight [r, r]
  let outputProjection: LinearWeights  // proj.2.weight [d, r]
  let postNorm: [Float]  // layernorm_post.weight [d]
  let epsilon: Float

  /// - Parameter prefix: `model.vision_light_mlp_layers.K.`
  init(store: WeightLoader, prefix: String, hidden d: Int, reduced r: Int, epsilon: Float) throws {
    inputProjection = try store.linear(prefix + "input_proj.weight", [r, d])
    hiddenProjection = try store.linear(prefix + "proj.0.weight", [r, r])
    outputProjection = try store.linear(prefix + "proj.2.weight", [d, r])
    postNorm = try store.vector(prefix + "layernorm_post.weight", d)
    self.epsilon = epsilon
  }

  /// The lights of every layer from the checkpoint's `light_mlp_start_layer` on.
  static func all(store: WeightLoader, configuration: ModelConfiguration) throws -> [LightMLP] {
    let names = TensorNaming(configuration)
    return try (0..<configuration.lightMLPCount).map { index in
      try LightMLP(
        store: store, prefix: names.lightMLP(index), hidden: configuration.hiddenSize,
        reduced: configuration.guidedMLPWidth,
        epsilon: Float(configuration.rmsNormEpsilon))
    }
  }

  // vision [tokens, hidden] -> [tokens, hidden]
  func callAsFunction(_ vision: Matrix, _ compute: Compute) -> Matrix {
    let hidden = compute.linear(
      compute.linear(vision, inputProjection), hiddenProjection, activation: .silu)
    var updated = vision
    compute.addLinear(hidden, outputProjection, to: &updated)
    return compute.rmsNorm(updated, weight: postNorm, epsilon: epsilon)
  }

  /// Multiply-adds for a number of tokens: `2dr + r²` each.
  static func work(tokens: Int, hidden d: Int, reduced r: Int) -> Int {
    tokens * (2 * d * r + r * r)
  }
}
