import Tensor

extension VisionLanguageModel {
  /// The same model with another prefill method: all weights but those of the method itself are shared.
  ///
  /// - Throws: ``ModelError`` for an unknown method, or one whose weights the checkpoint lacks.
  public func withMethod(_ name: String) throws -> VisionLanguageModel {
    let loader = WeightLoader(store: checkpoint.tensors.view(prefix: ""), format: weightFormat, compute: compute)
    let choice = try PrefillMethodCatalog.method(
      name, store: loader, configuration: configuration, patchCount: checkpoint.tower.configuration.patchCount)
    return VisionLanguageModel(
      checkpoint: checkpoint, tokenizer: tokenizer, preprocessor: preprocessor, decoding: decoding, template: template,
      compute: compute, weightFormat: weightFormat, tower: tower, projector: projector, newline: newline, decoder: decoder,
      reduction: choice.reduction, method: choice.prefill, packing: packing)
  }

  /// The bytes that one decoding step reads at least once: the decoder layers' and the output head's weights.
  public var decodingWeightBytes: Int {
    decoder.layers.reduce(decoder.head.bytes) { sum, layer in
      sum + [layer.query, layer.key, layer.value, layer.output, layer.gate, layer.up, layer.down].reduce(0) { $0 + $1.bytes }
    }
  }

  /// The bytes that one token takes in one layer's cache.
  public var cacheBytesPerToken: Int { 2 * decoder.shape.keyValueHeads * decoder.shape.headDimension * MemoryLayout<Float>.stride }
}
