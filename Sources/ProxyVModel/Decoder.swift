import Checkpoints
import Tensor

/// The language model without a prefill policy: embeddings, layers, final norm and output head.
struct Decoder: Sendable {
  let shape: DecoderLayer.Shape
  let theta: Double
  let embeddings: TensorView  // model.embed_tokens.weight [vocabulary, hidden]
  let layers: [DecoderLayer]  // model.layers.I.*
  let finalNorm: [Float]  // model.norm.weight [hidden]
  let head: LinearWeights  // lm_head.weight [usable vocabulary, hidden]

  /// - Parameter usableVocabulary: rows of the head that may be generated.
  init(store: WeightLoader, configuration: ModelConfiguration, usableVocabulary: Int) throws {
    let d = configuration.hiddenSize
    let vocabulary = configuration.vocabularySize
    let shape = DecoderLayer.Shape(
      hidden: d, heads: configuration.headCount, keyValueHeads: configuration.keyValueHeadCount,
      headDimension: configuration.headSize, epsilon: Float(configuration.rmsNormEpsilon))
    self.shape = shape
    theta = configuration.ropeTheta
    let names = TensorNaming(configuration)
    embeddings = try store.tensor(named: names.embedding, shape: [vocabulary, d])
    layers = try (0..<configuration.layerCount).map { index in
      try DecoderLayer(
        store: store, prefix: names.layer(index), shape: shape,
        intermediate: configuration.intermediateSize,
        family: configuration.family)
    }
    finalNorm = try store.vector(names.finalNorm, d)
    let usable = min(vocabulary, usableVocabulary)
    let output = try store.tensor(named: names.output, shape: [vocabulary, d])
    head = try store.linear(output, inputs: d, rows: [0..<usable])
  }

  /// The embedding rows of text tokens. // [tokens, hidden]
  func embedded(_ ids: [Int]) throws -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(ids.count * shape.hidden)
    for id in ids { values.append(contentsOf: try embeddings.floats(rows: id..<id + 1)) }
    return Matrix(rows: ids.count, columns: shape.hidden, values: values)
  }

  func rotary(_ positions: [Int]) -> RotaryTable {
    RotaryTable(positions: positions, headDimension: shape.headDimension, theta: theta)
  }

  /// Runs tokens that see the prefix and their own continuation causally: the questions after the
  /// image, and generated tokens.
  ///
  /// - Parameters:
  ///   - x: embeddings // [tokens, hidden]
  ///   - tokens: which continuation each belongs to, and where // [tokens]
  ///   - positions: their ids in layer 0, larger than every id before them // [tokens]
  ///   - read: the tokens whose last state is wanted, by their place in `tokens`: of the others the
  ///     last layer needs keys and values only
  ///   - cache: prepared for `slots`
  /// - Returns: the last layer's output of the tokens that are read, before the final norm //
  ///   [read, hidden]
  func extend(
    _ x: Matrix, tokens: [ContinuationSlots.Token], reading read: [Int], slots: ContinuationSlots,
    positions: [Int], cache: inout KVCache,
    compute: Compute, recorder: ActivationRecorder? = nil
  ) -> Matrix {
    let readsAll = read.elementsEqual(tokens.indices)
    var table = rotary(positions)
    var shift = 0
    var x = x
    for (index, layer) in layers.enumerated() {
      if cache.positionShifts[index] != shift {
        shift = cache.positionShifts[index]
        table = rotary(positions.map { $0 - shift })
      }
      let places = tokens.map { slots.row(of: $0, layer: index) }
      if index == layers.count - 1, !readsAll, recorder == nil {
        layer.project(x, rotary: table, into: &cache.layers[index], at: places, compute)
        return layer.finished(
          x.gathered(read), rotary: rotary(read.map { positions[$0] - shift }),
          cache: cache.layers[index],
          visible: slots.visible(to: read.map { tokens[$0] }, layer: index), compute)
      }
      x = layer.forward(
        consume x, rotary: table, cache: &cache.layers[index], at: places,
        visible: slots.visible(to: tokens, layer: index), compute)
      recorder?.append(x, to: "hidden_text", layer: index)
    }
    return readsAll ? x : x.gathered(read)
  }

  /// The final norm of tokens' states. // [tokens, hidden]
  func finalNormed(_ x: Matrix, compute: Compute) -> Matrix {
    compute.rmsNorm(x, weight: finalNorm, epsilon: shape.epsilon)
  }

  /// Logits over the usable vocabulary. // finalNormed [tokens, hidden] -> [tokens, vocabulary]
  func logits(_ finalNormed: Matrix, compute: Compute) -> Matrix {
    compute.linear(finalNormed, head)
  }
}
