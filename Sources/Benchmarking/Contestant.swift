import ProxyVModel

/// One contestant: a method with its arithmetic.
struct Contestant {
  let model: VisionLanguageModel
  let weights: WeightFormat
  let method: String
  let images: VisionLanguageModel.EncodedImages
  let prompt: PackedPrompt

  /// Loads every weight format once and shares it between the methods.
  static func all(
    folder: String, weights: [WeightFormat], methods: [String], options: LoadOptions,
    prompt: BenchPrompt
  ) throws -> [Contestant] {
    var contestants: [Contestant] = []
    for format in weights {
      var options = options
      options.weights = format
      options.method = methods.first
      contestants += try all(
        sharing: VisionLanguageModel.load(folder: folder, options: options), methods: methods,
        prompt: prompt)
    }
    return contestants
  }

  /// Several methods on the weights of one loaded model.
  static func all(
    sharing first: VisionLanguageModel, methods: [String], prompt: BenchPrompt
  ) throws -> [Contestant] {
    let image = try prompt.image(for: first)
    let shared = try first.encode([image])
    return try methods.map { method in
      let model = try first.using(method: method)
      // A method that reduces the vision tokens has features of its own.
      let images = model.tokensPerCrop == first.tokensPerCrop ? shared : try model.encode([image])
      return Contestant(
        model: model, weights: first.weightFormat, method: method, images: images,
        prompt: try model.layout(inputIDs: prompt.inputIDs(for: model), images: images))
    }
  }

  /// Seconds of prefix, suffix and the logits of the first token.
  func secondsToFirstToken() throws -> Double {
    try Timing.seconds {
      var prefix = try model.prefill(prompt, images: images, additionalTokens: prompt.textCount + 1)
      return try model.generate(prompt, after: &prefix, stopIDs: [], maximumNewTokens: 1).ids
    }
  }
}
