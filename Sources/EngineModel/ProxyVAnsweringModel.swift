public import Evaluation
public import ProxyVModel

/// The ProxyV engine as an answering model: each image is encoded and its prefix computed once for
/// all its questions.
public final class ProxyVAnsweringModel: MultipleImageModel {
  private let model: VisionLanguageModel
  private let images: ImageAhead<VisionLanguageModel.PreparedImage>
  public let identity: ModelIdentity

  /// - Throws: where the checkpoint's content cannot be hashed.
  public init(_ model: VisionLanguageModel) throws {
    self.model = model
    images = ImageAhead { [model] image in try model.prepare(image.load(), name: image.name) }
    identity = ModelIdentity([
      ("kind", "checkpoint"), ("content", try model.checkpoint.identity().hex),
      ("configuration", try model.checkpoint.configurationIdentity()),
      ("type", model.configuration.modelType),
      ("method", model.methodName), ("arithmetic", model.arithmetic),
      ("aspect", model.preprocessor.configuration.aspect.rawValue),
      ("exif transpose", model.decoding.exifTranspose ? "on" : "off"),
      ("conversation", model.template.name),
    ])
  }

  public func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    try answer(prompts, images: image.map { [try images.take($0)] } ?? [], deliver: deliver)
  }

  /// Several images make one crop each, whatever the checkpoint does with one alone.
  public func answer(
    _ prompts: [Prompt], aboutAll images: [ImageReference], deliver: (Int, Answer) throws -> Void
  ) throws {
    let prepared = try images.map {
      try model.prepare($0.load(), name: $0.name, isOneOfSeveral: true)
    }
    try answer(prompts, images: prepared, deliver: deliver)
  }

  private func answer(
    _ prompts: [Prompt], images: [VisionLanguageModel.PreparedImage],
    deliver: (Int, Answer) throws -> Void
  ) throws {
    let questions = prompts.map {
      VisionLanguageModel.Question(
        conversation: model.conversation(question: $0.text, imageCount: images.count),
        maximumNewTokens: $0.maximumNewTokens)
    }
    try model.answer(questions, images: images) { index, result in
      switch result {
      case .success(let answer): try deliver(index, Answer(answer))
      case .failure(let error): try deliver(index, Answer(failure: Answer.Failure(error)))
      }
    }
  }
}

extension ProxyVAnsweringModel {
  public var architecture: String? { model.configuration.architecture }

  public var remarks: [String] {
    model.prefixRefusal.map { ["image prefixes are not reused: \($0)"] } ?? []
  }

  public func anticipate(_ image: ImageReference) { images.begin(image) }
}

extension Answer {
  fileprivate init(_ answer: VisionLanguageModel.QuestionAnswer) {
    self.init(
      text: answer.text, tokenIDs: answer.ids,
      stopReason: answer.stopReason == .end ? .end : .length,
      counts: Counts(
        crops: answer.cropCount, visionTokens: answer.visionTokens, textTokens: answer.textTokens,
        imagesEncoded: answer.imagesEncoded, prefixesComputed: answer.prefixesComputed,
        promptTokensCut: answer.cutTokens),
      seconds: Seconds(
        decode: answer.decodeSeconds, encode: answer.encodeSeconds, prefill: answer.prefillSeconds,
        generate: answer.generationSeconds))
    counts.imageTokensByLayer = answer.imageTokensByLayer
  }
}
