import Checkpoints
import Foundation
import Tensor

/// Measures what prefill costs under several methods on the same weights, in alternation, in one process.
public struct EfficiencyStudy: Sendable {
  public var setting: PrefillSetting
  /// Timed runs of each method; one more warms up.
  public var runs: Int

  public init(setting: PrefillSetting = .paper, runs: Int = 5) {
    self.setting = setting
    self.runs = runs
  }

  /// What one method costs.
  public struct Measurement: Sendable {
    public let method: String
    /// Of prefill and the first token, vision tower excluded; ascending.
    public let seconds: [Double]
    /// Multiply-adds of the decoder and the output head that the operators counted.
    public let multiplyAdds: Int
    /// Vision tokens that take part in a layer's FFN, proxies included. // [layers]
    public let tokensPerLayer: [Int]
    public let cacheBytes: Int

    public var median: Double { seconds.isEmpty ? .nan : seconds[seconds.count / 2] }
    /// Half the distance between the quartiles, relative to the median.
    public var spread: Double {
      guard seconds.count > 1 else { return 0 }
      return (seconds[seconds.count * 3 / 4] - seconds[seconds.count / 4]) / 2 / median
    }
  }

  /// Runs every method `runs` times, one after the other in turns, so that a slow moment of the machine hits all of them.
  ///
  /// - Parameter progress: called before each run with the method and the number of the run
  public func measure(
    _ model: VisionLanguageModel, methods: [String], progress: (_ method: String, _ run: Int) -> Void = { _, _ in }
  ) throws -> [Measurement] {
    let variants = try methods.map { try model.using(method: $0) }
    var seconds = [[Double]](repeating: [], count: variants.count)
    var counted = [(operations: Int, tokens: [Int], bytes: Int)](repeating: (0, [], 0), count: variants.count)
    for run in 0...runs {
      for (index, variant) in variants.enumerated() {
        progress(variant.methodName, run)
        let result = try variant.timedPrefill(setting)
        if run > 0 { seconds[index].append(result.seconds) }
        counted[index] = (result.multiplyAdds, result.tokensPerLayer, result.cacheBytes)
      }
    }
    return variants.indices.map { index in
      Measurement(
        method: variants[index].methodName, seconds: seconds[index].sorted(), multiplyAdds: counted[index].operations,
        tokensPerLayer: counted[index].tokens, cacheBytes: counted[index].bytes)
    }
  }
}

extension VisionLanguageModel {
  /// The same weights under another method.
  /// - Throws: ``ModelError`` as when a model is loaded with that method.
  public func using(method name: String) throws -> VisionLanguageModel {
    let store = WeightLoader(store: checkpoint.tensors.view(prefix: ""), format: weightFormat, compute: compute)
    let choice = try PrefillMethodCatalog.method(
      name, store: store, configuration: configuration, patchCount: tower.configuration.patchCount)
    return VisionLanguageModel(
      checkpoint: checkpoint, tokenizer: tokenizer, preprocessor: preprocessor, decoding: decoding, template: template, compute: compute,
      weightFormat: weightFormat, cacheFormat: cacheFormat, tower: tower, projector: projector, newline: newline, decoder: decoder, reduction: choice.reduction,
      method: choice.prefill, packing: packing)
  }

  /// One prefill of made-up vision features and text up to the first token.
  func timedPrefill(
    _ setting: PrefillSetting
  ) throws -> (seconds: Double, multiplyAdds: Int, tokensPerLayer: [Int], cacheBytes: Int) {
    var state: UInt32 = 1
    let count = setting.crops * tokensPerCrop
    let features = Matrix(
      rows: count, columns: configuration.hiddenSize,
      values: (0..<count * configuration.hiddenSize).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state)) * 0x1p-31
      })
    let images = EncodedImages(cropsPerImage: [setting.crops], tokensPerImage: [count], features: features)
    // Two thirds of the text stand before the image, as in the paper's prompts.
    let ids = (0..<setting.textTokens).map { 3 + $0 % max(1, tokenizer.count - 3) }
    let before = setting.textTokens * 2 / 3
    var prompt = PackedPrompt(
      inputIDs: Array(ids[..<before]) + [PackedPrompt.imageMarker] + Array(ids[before...]), cropsPerImage: [setting.crops],
      tokensPerCrop: tokensPerCrop, proxiesPerCrop: proxiesPerCrop)
    if !sharesPrefix { prompt = prompt.asOnePiece }
    compute.operations.reset()
    let clock = ContinuousClock()
    let start = clock.now
    var prefix = try prefill(prompt, images: images, additionalTokens: setting.textTokens + 1)
    let generation = try generate(prompt, after: &prefix, stopIDs: [], maximumNewTokens: 1)
    let seconds = (clock.now - start).seconds
    let width = decoder.shape.keyValueHeads * decoder.shape.headDimension
    return (
      seconds, compute.operations.multiplyAdds, work(for: prompt).map { $0.feedForward.vision + $0.feedForward.proxy },
      generation.cacheLengthsAfterPrefill.reduce(0, +) * width * 2 * (cacheFormat == .f32 ? 4 : 2)
    )
  }
}
