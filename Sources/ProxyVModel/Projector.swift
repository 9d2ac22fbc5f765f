import Checkpoints
import Tensor

/// The multimodal projector: vision features to the language model's hidden size.
///
/// `mlp2x_gelu` is linear, exact GELU, linear; `mlpNx_gelu` has N linear maps, `linear` one,
/// `identity` none. In the original layout the linear maps stand at the even indices of
/// `model.mm_projector`, because activations are counted too.
struct Projector: Sendable {
  // model.mm_projector.{0,2,...}.{weight,bias}
  let layers: [(weights: LinearWeights, bias: [Float])]

  /// - Parameter names: the linear maps' keys without `.weight` and `.bias`
  init(store: WeightLoader, names: [String], visionHidden: Int, hidden: Int) throws {
    layers = try names.enumerated().map { index, name in
      (
        try store.linear(name + ".weight", [hidden, index == 0 ? visionHidden : hidden]),
        try store.vector(name + ".bias", hidden)
      )
    }
  }

  /// // [tokens, visionHidden] -> [tokens, hidden]
  func callAsFunction(_ features: Matrix, compute: Compute) -> Matrix {
    var x = features
    for (index, layer) in layers.enumerated() {
      x = compute.linear(
        x, layer.weights, bias: layer.bias, activation: index < layers.count - 1 ? .gelu : nil)
    }
    return x
  }
}
