import Checkpoints
import Tensor

extension VisionLanguageModel {
  /// The same weights under another method.
  /// - Throws: ``ModelError`` as when a model is loaded with that method.
  public func using(method name: String) throws -> VisionLanguageModel {
    let store = WeightLoader(
      store: checkpoint.tensors.view(prefix: ""), format: weightFormat, compute: compute)
    let choice = try PrefillMethodCatalog.choice(
      name, configuration: configuration, patchCount: tower.configuration.patchCount)
    return VisionLanguageModel(
      checkpoint: checkpoint, tokenizer: tokenizer, preprocessor: preprocessor, decoding: decoding,
      template: template, compute: compute,
      weightFormat: weightFormat, cacheFormat: cacheFormat, tower: tower, projector: projector,
      newline: newline, decoder: decoder, reduction: choice.reduction,
      method: try choice.plan.loaded(store: store, configuration: configuration), packing: packing,
      largestBatch: largestBatch)
  }
}
