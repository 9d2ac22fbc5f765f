import Images
import Tensor
import Tokenization

extension VisionLanguageModel {
  /// One question about an image: the whole conversation text and how long the answer may be.
  public struct Question: Sendable {
    public var conversation: String
    public var maximumNewTokens: Int

    public init(conversation: String, maximumNewTokens: Int) {
      self.conversation = conversation
      self.maximumNewTokens = maximumNewTokens
    }
  }

  /// The answer to a question, with what it took.
  public struct QuestionAnswer: Sendable {
    /// Decoded without special tokens, not stripped.
    public let text: String
    /// Generated ids, the stop id included.
    public let ids: [Int]
    public let stopReason: StopReason
    public let cropCount: Int
    public let visionTokens: Int
    public let textTokens: Int
    /// 1 where this question paid for decoding and encoding the image, 0 where another one had.
    public let imagesEncoded: Int
    /// 1 where this question paid for the prefix, 0 where it was there already.
    public let prefixesComputed: Int
    /// What this question paid for; a shared step counts for the question that came first.
    public let decodeSeconds: Double
    public let encodeSeconds: Double
    public let prefillSeconds: Double
    public let generationSeconds: Double
  }

  /// Answers several questions about one image (or none): the image is decoded and encoded once, and the prefix computed
  /// once for all questions that begin alike.
  ///
  /// - Parameter deliver: gets each question's index and answer, or its error, as soon as it is known; an error that it
  ///   throws ends the call.
  /// - Throws: what `deliver` throws, or an error of the image, which then holds for every question that was not delivered.
  public func answer(
    _ questions: [Question], image: (name: String, bytes: [UInt8])?,
    deliver: (_ index: Int, _ answer: Result<QuestionAnswer, any Error>) throws -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let prepared = try image.map { [try self.prepared($0.bytes, name: $0.name)] } ?? []
    let decodeEnd = clock.now
    let encoded = try encode(prepared)
    var decodeSeconds = (decodeEnd - start).seconds
    var encodeSeconds = (clock.now - decodeEnd).seconds
    var imagesEncoded = prepared.count
    var shared: Prefix?

    for (index, question) in questions.enumerated() {
      let answer = Result { () throws -> QuestionAnswer in
        let prompt = try layout(conversation: question.conversation, images: encoded)
        let prefixStart = clock.now
        var computed = 0
        if shared.map({ !$0.begins(prompt) }) ?? true {
          shared = nil  // frees its memory before the next one is built
          shared = try prefill(prompt, images: encoded, additionalTokens: prompt.textCount + question.maximumNewTokens)
          computed = 1
        }
        let prefixSeconds = (clock.now - prefixStart).seconds
        guard var prefix = shared.take() else { throw ModelError(.invalidRequest, "the prefix was lost") }
        defer { shared = prefix }
        let generation = try generate(
          prompt, after: &prefix, stopIDs: stopIDs, maximumNewTokens: question.maximumNewTokens)
        defer { (decodeSeconds, encodeSeconds, imagesEncoded) = (0, 0, 0) }
        return QuestionAnswer(
          text: try decoded(generation.ids), ids: generation.ids,
          stopReason: generation.stopReason, cropCount: prompt.cropCount, visionTokens: prompt.visionCount,
          textTokens: prompt.textCount, imagesEncoded: imagesEncoded, prefixesComputed: computed, decodeSeconds: decodeSeconds,
          encodeSeconds: encodeSeconds, prefillSeconds: prefixSeconds + generation.prefillSeconds,
          generationSeconds: generation.generationSeconds)
      }
      try deliver(index, answer)
    }
  }
}

extension VisionLanguageModel.Prefix {
  /// Whether `prompt` begins with exactly the tokens of this prefix, and has its last image where this one has.
  func begins(_ prompt: PackedPrompt) -> Bool {
    let end = prompt.inputIDs.lastIndex(of: PackedPrompt.imageMarker).map { $0 + 1 } ?? 0
    return prompt.inputIDs[..<end].elementsEqual(inputIDs)
  }
}
