import Hashing

/// Answers one conversation after another and keeps the state after the last images, so that the
/// next question about them pays only for itself.
///
/// ```swift
/// let engine = SharedPrefixEngine(model)
/// let answer = try engine.answer(conversation: text, images: [file], maximumNewTokens: 32)
/// ```
///
/// The answers are those of asking each question alone, bit for bit. One thread at a time.
public final class SharedPrefixEngine {
  /// What a conversation was answered with.
  public struct Answer: Sendable {
    /// Without special tokens, not stripped.
    public let text: String
    /// Generated ids, the stop id included.
    public let ids: [Int]
    public let stopReason: VisionLanguageModel.StopReason
    public let promptTokens: Int
    /// Of these the ones whose state was there already.
    public let cachedTokens: Int
  }

  private let model: VisionLanguageModel
  /// The images whose features are kept, by the hashes of their files.
  private var images: (key: [String], features: VisionLanguageModel.EncodedImages)?
  private var prefix: VisionLanguageModel.Prefix?

  public init(_ model: VisionLanguageModel) { self.model = model }

  /// - Parameters:
  ///   - images: file name and bytes, in the order of the `<image>` markers
  ///   - observe: gets the text so far after each token; generation ends where it returns false
  /// - Throws: what is wrong with an image or the conversation.
  public func answer(
    conversation: String, images files: [(name: String, bytes: [UInt8])], maximumNewTokens: Int,
    observe: ((_ text: String) throws -> Bool)? = nil
  ) throws -> Answer {
    let model = self.model
    let key = files.map { SHA256.hexadecimal(of: $0.bytes) }
    if images?.key != key {
      (images, prefix) = (nil, nil)
      let prepared = try files.map {
        try model.prepared($0.bytes, name: $0.name, isOneOfSeveral: files.count > 1)
      }
      images = (key, try model.encode(prepared))
    }
    guard let features = images?.features else {
      throw ModelError(.invalidRequest, "the images' features were lost")
    }
    let prompt = try model.layout(conversation: conversation, images: features)
    var cached = 0
    if let prefix, prefix.begins(prompt) {
      cached = prefix.cacheLengths.max() ?? 0
    } else {
      prefix = nil
      prefix = try model.prefill(
        prompt, images: features, additionalTokens: prompt.textCount + maximumNewTokens)
    }
    guard var state = prefix.take() else {
      throw ModelError(.invalidRequest, "the prefix was lost")
    }
    defer { prefix = state }
    let generation = try model.generate(
      [
        VisionLanguageModel.Continuation(prompt, maximumNewTokens: maximumNewTokens)
      ], after: &state, stopIDs: model.stopIDs,
      observe: observe.map { observe in { _, ids in try observe(model.decoded(ids)) } })[0]
    return Answer(
      text: try model.decoded(generation.ids), ids: generation.ids,
      stopReason: generation.stopReason, promptTokens: prompt.length, cachedTokens: cached)
  }
}
