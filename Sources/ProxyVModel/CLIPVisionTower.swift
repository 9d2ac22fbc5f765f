import Checkpoints
import Tensor

/// The CLIP vision tower, up to the layer whose output LLaVA uses (the second to last), without its
/// final norm.
///
/// Checkpoint keys follow Hugging Face's CLIPVisionModel; `pre_layrnorm` is spelt so there (spec,
/// sections 1.5 and 3).
struct CLIPVisionTower: Sendable {
  /// A transformer layer with biases everywhere and a quick-GELU MLP.
  struct Layer: Sendable {
    let norm1: [Float], norm1Bias: [Float]  // layer_norm1.{weight,bias} [D]
    let query: LinearWeights, queryBias: [Float]  // self_attn.q_proj [D, D], [D]
    let key: LinearWeights, keyBias: [Float]  // self_attn.k_proj
    let value: LinearWeights, valueBias: [Float]  // self_attn.v_proj
    let output: LinearWeights, outputBias: [Float]  // self_attn.out_proj
    let norm2: [Float], norm2Bias: [Float]  // layer_norm2.{weight,bias} [D]
    let expand: LinearWeights, expandBias: [Float]  // mlp.fc1 [M, D], [M]
    let contract: LinearWeights, contractBias: [Float]  // mlp.fc2 [D, M], [D]
  }

  let configuration: CLIPConfiguration
  let classEmbedding: [Float]  // embeddings.class_embedding [D]
  let patchEmbedding: LinearWeights  // embeddings.patch_embedding.weight [D, 3 * patch * patch]
  let positionEmbedding: Matrix  // embeddings.position_embedding.weight [1 + patches, D]
  let preNorm: [Float], preNormBias: [Float]  // pre_layrnorm.{weight,bias} [D]
  let layers: [Layer]

  /// - Parameters:
  ///   - prefix: what stands before `embeddings.` in the store, up to and including `vision_model.`
  ///   - usedLayers: how many layers run; all but the last for the feature layer -2. The others are
  ///     known but not loaded
  init(
    store: WeightLoader, prefix: String, configuration: CLIPConfiguration, usedLayers: Int
  ) throws {
    self.configuration = configuration
    let d = configuration.hiddenSize
    let m = configuration.intermediateSize
    let patch = configuration.patchSize
    classEmbedding = try store.vector(prefix + "embeddings.class_embedding", d)
    patchEmbedding = try store.linear(
      prefix + "embeddings.patch_embedding.weight", [d, 3, patch, patch])
    positionEmbedding = try store.matrix(
      prefix + "embeddings.position_embedding.weight", [configuration.patchCount + 1, d])
    preNorm = try store.vector(prefix + "pre_layrnorm.weight", d)
    preNormBias = try store.vector(prefix + "pre_layrnorm.bias", d)
    layers = try (0..<usedLayers).map { index in
      let key = prefix + "encoder.layers.\(index)."
      return Layer(
        norm1: try store.vector(key + "layer_norm1.weight", d),
        norm1Bias: try store.vector(key + "layer_norm1.bias", d),
        query: try store.linear(key + "self_attn.q_proj.weight", [d, d]),
        queryBias: try store.vector(key + "self_attn.q_proj.bias", d),
        key: try store.linear(key + "self_attn.k_proj.weight", [d, d]),
        keyBias: try store.vector(key + "self_attn.k_proj.bias", d),
        value: try store.linear(key + "self_attn.v_proj.weight", [d, d]),
        valueBias: try store.vector(key + "self_attn.v_proj.bias", d),
        output: try store.linear(key + "self_attn.out_proj.weight", [d, d]),
        outputBias: try store.vector(key + "self_attn.out_proj.bias", d),
        norm2: try store.vector(key + "layer_norm2.weight", d),
        norm2Bias: try store.vector(key + "layer_norm2.bias", d),
        expand: try store.linear(key + "mlp.fc1.weight", [m, d]),
        expandBias: try store.vector(key + "mlp.fc1.bias", m),
        contract: try store.linear(key + "mlp.fc2.weight", [d, m]),
        contractBias: try store.vector(key + "mlp.fc2.bias", d))
    }
  }

  /// What the last used layer leaves, class token included, and the queries and keys it computed.
  /// // each [crops * (1 + patches), D]
  struct LastLayer: Sendable {
    let crops: Int
    var tokens: Matrix
    var queries: Matrix
    var keys: Matrix
  }

  /// All crops go through every linear map together; attention stays inside a crop.
  ///
  /// - Parameter pixels: [crops, 3, side, side]
  func lastLayer(pixels: [Float], compute: Compute) -> LastLayer {
    let side = configuration.imageSize
    let crops = pixels.count / (3 * side * side)
    let embedded = compute.layerNorm(
      embedded(pixels: pixels, crops: crops, compute: compute), weight: preNorm, bias: preNormBias,
      epsilon: Float(configuration.layerNormEpsilon))
    var state = LastLayer(crops: crops, tokens: embedded, queries: embedded, keys: embedded)
    for layer in layers { forward(&state, layer, compute: compute) }
    return state
  }

  /// The rows without the class tokens. // [crops * (1 + patches), D] -> [crops * patches, D]
  static func patches(of tokens: Matrix, perCrop patches: Int) -> Matrix {
    tokens.gathered((0..<tokens.rows).filter { $0 % (patches + 1) != 0 })
  }

  /// Class token and patch embeddings plus positions. // [crops * (1 + patches), D]
  private func embedded(pixels: [Float], crops: Int, compute: Compute) -> Matrix {
    let d = configuration.hiddenSize
    let embedded = compute.linear(patchRows(pixels: pixels, crops: crops), patchEmbedding)
    let patches = configuration.patchCount
    var x = Matrix(rows: crops * (patches + 1), columns: d)
    for crop in 0..<crops {
      for token in 0...patches {
        let target = (crop * (patches + 1) + token) * d
        let source = token == 0 ? 0 : (crop * patches + token - 1) * d
        for i in 0..<d {
          let content = token == 0 ? classEmbedding[i] : embedded.values[source + i]
          x.values[target + i] = content + positionEmbedding.values[token * d + i]
        }
      }
    }
    return x
  }

  /// The pixels of each patch as one row, in channel, row, column order. // [crops * patches, 3 *
  /// patch * patch]
  private func patchRows(pixels: [Float], crops: Int) -> Matrix {
    let side = configuration.imageSize
    let patch = configuration.patchSize
    let grid = side / patch
    var rows: [Float] = []
    rows.reserveCapacity(pixels.count)
    for crop in 0..<crops {
      for patchRow in 0..<grid {
        for patchColumn in 0..<grid {
          for channel in 0..<3 {
            for y in 0..<patch {
              let start =
                ((crop * 3 + channel) * side + patchRow * patch + y) * side + patchColumn * patch
              rows.append(contentsOf: pixels[start..<start + patch])
            }
          }
        }
      }
    }
    return Matrix(rows: crops * grid * grid, columns: 3 * patch * patch, values: rows)
  }

  private func forward(_ state: inout LastLayer, _ layer: Layer, compute: Compute) {
    let crops = state.crops
    let epsilon = Float(configuration.layerNormEpsilon)
    let tokens = state.tokens.rows / crops
    let headDimension = configuration.headSize
    let h = compute.layerNorm(
      state.tokens, weight: layer.norm1, bias: layer.norm1Bias, epsilon: epsilon)
    let projected = compute.linears(
      h,
      [(layer.query, layer.queryBias), (layer.key, layer.keyBias), (layer.value, layer.valueBias)])
    let (queries, keys, values) = (projected[0], projected[1], projected[2])
    let visible = VisibleKeys.all(queries: tokens, keys: tokens)
    let mixed = compute.attention(
      queries: queries, keys: keys, values: values, batches: crops, headDimension: headDimension,
      visible: visible,
      scale: 1 / Float(headDimension).squareRoot())
    compute.addLinear(mixed, layer.output, bias: layer.outputBias, to: &state.tokens)
    let wide = compute.linear(
      compute.layerNorm(state.tokens, weight: layer.norm2, bias: layer.norm2Bias, epsilon: epsilon),
      layer.expand,
      bias: layer.expandBias, activation: .quickGELU)
    compute.addLinear(wide, layer.contract, bias: layer.contractBias, to: &state.tokens)
    state.queries = queries
    state.keys = keys
  }
}
