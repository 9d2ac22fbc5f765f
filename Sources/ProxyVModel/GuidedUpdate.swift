import Checkpoints
import Tensor

/// ProxyV's guided-update MLP: carries what the proxies learned in a layer back to the vision
/// tokens.
///
/// `ctx = spread(context_proj(proxies))`, `u = proj.2 · silu(proj.0 · [input_proj(V) ‖ ctx])`, `V'
/// = RMSNorm(V + u)`: post-norm, so the vision stream is re-normalised in every ProxyV layer (spec,
/// section 5.4).
struct GuidedUpdate: Sendable {
  let contextProjection: LinearWeights  // context_proj.weight [r, d]
  let inputProjection: LinearWeights  // input_proj.weight [r, d]
  let hiddenProjection: LinearWeights  // proj.0.weight [r, 2r]
  let outputProjection: LinearWeights  // proj.2.weight [d, r]
  let postNorm: [Float]  // layernorm_post.weight [d]
  let epsilon: Float
  /// The width of the MLP, r.
  var reduced: Int { contextProjection.outputs }

  /// - Parameter prefix: `model.vision_mlp_layers.K.`
  init(store: WeightLoader, prefix: String, hidden d: Int, reduced r: Int, epsilon: Float) throws {
    contextProjection = try store.linear(prefix + "context_proj.weight", [r, d])
    inputProjection = try store.linear(prefix + "input_proj.weight", [r, d])
    hiddenProjection = try store.linear(prefix + "proj.0.weight", [r, 2 * r])
    outputProjection = try store.linear(prefix + "proj.2.weight", [d, r])
    postNorm = try store.vector(prefix + "layernorm_post.weight", d)
    self.epsilon = epsilon
  }

  /// Updates the vision tokens of all crops.
  ///
  /// - Parameters:
  ///   - vision: [crops * tokensPerCrop, hidden]
  ///   - proxies: the layer's output for the proxies // [crops * proxiesPerCrop, hidden]
  ///   - spread: gives every vision token its share of the projected proxies // [proxies, r] ->
  ///     [tokens, r]
  func callAsFunction(
    _ vision: consuming Matrix, proxies: Matrix, spread: (Matrix) -> Matrix, compute: Compute
  ) -> Matrix {
    update(vision, context: spread(compute.linear(proxies, contextProjection)), compute: compute)
  }

  /// The rest of the MLP, once every vision token has its context. // context [tokens, r]
  func update(_ vision: consuming Matrix, context: Matrix, compute: Compute) -> Matrix {
    var updated = consume vision
    for rows in updated.rowBlocks {
      let own = compute.linear(updated, rows: rows, inputProjection)
      let hidden = compute.linear(
        .joined(own, context[rows: rows]), hiddenProjection, activation: .silu)
      compute.addLinear(hidden, outputProjection, to: &updated, rows: rows)
      compute.rmsNorm(&updated, rows: rows, weight: postNorm, epsilon: epsilon)
    }
    return updated
  }
}

extension Matrix {
  /// The rows of both side by side. // [rows, left + right]
  static func joined(_ left: Matrix, _ right: Matrix) -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(left.values.count + right.values.count)
    for row in 0..<left.rows {
      values.append(contentsOf: left[row])
      values.append(contentsOf: right[row])
    }
    return Matrix(rows: left.rows, columns: left.columns + right.columns, values: values)
  }
}
