import Checkpoints
import Tensor

/// The multimodal projector: vision features to the language model's hidden size.
///
/// `mlp2x_gelu` is linear, exact GELU, linear; `mlpNx_gelu` has N linear maps, `linear` one, `identity` none. The linear
/// maps stand at even indices of `model.mm_projector` because the activations are counted there too.
struct Projector: Sendable {
  let layers: [(weights: LinearWeights, bias: [Float])]  // mm_projector.{0,2,...}.{weight,bias}

  init(store: TensorStore, kind: ProjectorKind, visionHidden: Int, hidden: Int) throws {
    switch kind {
    case .identity:
      layers = []
    case .linear:
      layers = [
        (
          try store.linear("model.mm_projector.weight", [hidden, visionHidden]),
          try store.vector("model.mm_projector.bias", hidden)
        )
      ]
    case .mlp(let depth):
      layers = try (0..<depth).map { index in
        let key = "model.mm_projector.\(2 * index)."
        return (
          try store.linear(key + "weight", [hidden, index == 0 ? visionHidden : hidden]),
          try store.vector(key + "bias", hidden)
        )
      }
    }
  }

  /// // [tokens, visionHidden] -> [tokens, hidden]
  func callAsFunction(_ features: Matrix, compute: Compute) -> Matrix {
    var x = features
    for (index, layer) in layers.enumerated() {
      if index > 0 { compute.gelu(&x) }
      x = compute.linear(x, layer.weights, bias: layer.bias)
    }
    return x
  }
}
