/// A model that says what it was told to say; for tests, and for answers that were made elsewhere.
public final class RecordedAnswers: MultipleImageModel {
  public let identity: ModelIdentity
  private let respond: (Prompt, ImageReference?) throws -> Answer

  /// - Parameter respond: gives the answer to a prompt; an error that it throws fails that prompt's
  ///   image.
  public init(
    identity: ModelIdentity = ModelIdentity([("kind", "recorded")]),
    respond: @escaping (Prompt, ImageReference?) throws -> Answer
  ) {
    self.identity = identity
    self.respond = respond
  }

  public func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    for (index, prompt) in prompts.enumerated() { try deliver(index, try respond(prompt, image)) }
  }

  /// `respond` is told the first image.
  public func answer(
    _ prompts: [Prompt], aboutAll images: [ImageReference], deliver: (Int, Answer) throws -> Void
  ) throws {
    try answer(prompts, about: images.first, deliver: deliver)
  }
}
