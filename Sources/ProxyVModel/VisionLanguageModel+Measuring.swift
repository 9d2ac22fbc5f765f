import Tensor

extension VisionLanguageModel {
  /// The bytes that one decoding step reads at least once: the decoder layers' and the output
  /// head's weights.
  public var decodingWeightBytes: Int {
    decoder.layers.reduce(decoder.head.bytes) { sum, layer in
      sum
        + [layer.query, layer.key, layer.value, layer.output, layer.gate, layer.up, layer.down]
        .reduce(0) { $0 + $1.bytes }
    }
  }

  /// The bytes that one token takes in one layer's cache.
  public var cacheBytesPerToken: Int {
    2 * decoder.shape.keyValueHeads * decoder.shape.headDimension * (cacheFormat == .f32 ? 4 : 2)
  }
}
