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

  /// An image that is decoded and preprocessed for a model.
  public struct PreparedImage: Sendable {
    public let pixels: PreprocessedImage
    /// What decoding and preprocessing took, whether or not the model waited for it.
    public let seconds: Double
  }

  /// Decodes and preprocesses an image file, for ``answer(_:images:deliver:)``.
  /// - Parameter isOneOfSeveral: whether the question is about several images
  public func prepare(
    _ bytes: [UInt8], name: String, isOneOfSeveral: Bool = false
  ) throws -> PreparedImage {
    let clock = ContinuousClock()
    let start = clock.now
    let pixels = try prepared(bytes, name: name, isOneOfSeveral: isOneOfSeveral)
    return PreparedImage(pixels: pixels, seconds: (clock.now - start).seconds)
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
    /// Tokens at the end of the prompt that did not fit into the tokenizer's length.
    public let cutTokens: Int
    /// The tokens that stand for the image in each decoder layer's FFN, proxies included.
    /// // [layers]
    public let imageTokensByLayer: [Int]
    /// The images that this question paid for decoding and encoding, 0 where another one had.
    public let imagesEncoded: Int
    /// 1 where this question paid for the prefix, 0 where it was there already.
    public let prefixesComputed: Int
    /// What this question paid for; a shared step counts for the question that came first.
    public let decodeSeconds: Double
    public let encodeSeconds: Double
    public let prefillSeconds: Double
    public let generationSeconds: Double
  }

  /// Answers several questions about the same images (or none): they are encoded once, the prefix
  /// computed once for all questions that begin alike, and those are continued together.
  ///
  /// - Parameter deliver: gets each question's index and answer, or its error, in order and as soon
  ///   as it is known; an error that it throws ends the call.
  /// - Throws: what `deliver` throws, or an error of the image, which then holds for every question
  ///   that was not delivered.
  public func answer(
    _ questions: [Question], images prepared: [PreparedImage],
    deliver: (_ index: Int, _ answer: Result<QuestionAnswer, any Error>) throws -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let features = try encode(prepared.map(\.pixels))
    var due = SharedCost(
      imagesEncoded: prepared.count, decodeSeconds: prepared.reduce(0) { $0 + $1.seconds },
      encodeSeconds: (clock.now - start).seconds)

    let continuations = questions.map { question in
      Result {
        Continuation(
          try layout(conversation: question.conversation, images: features),
          maximumNewTokens: question.maximumNewTokens)
      }
    }
    var encoded = Optional(consume features)
    var shared: Prefix?
    var next = 0
    while next < questions.count {
      let batch = leadingBatch(of: continuations[next...])
      let generations = Result { () throws -> [Generation] in
        let first = try continuations[next].get().prompt
        if shared.map({ !$0.begins(first) }) ?? true {
          shared = nil  // frees its memory before the next one is built
          let prefixStart = clock.now
          let room = ContinuationSlots.rows(count: batch.count, room: batch.map(\.room).max() ?? 0)
          // The last prefix takes the features with it, so that they are not in memory beside its
          // states.
          let isLast = next + batch.count == questions.count
          guard let images = isLast ? encoded.take() : encoded else {
            throw ModelError(.invalidRequest, "the image's features were lost")
          }
          shared = try prefill(first, images: consume images, additionalTokens: room)
          due.prefixesComputed = 1
          due.prefixSeconds = (clock.now - prefixStart).seconds
        }
        guard var prefix = shared.take() else {
          throw ModelError(.invalidRequest, "the prefix was lost")
        }
        defer { shared = prefix }
        return try generate(batch, after: &prefix, stopIDs: stopIDs)
      }
      for offset in 0..<max(1, batch.count) {
        let answer = Result {
          try self.answer(try generations.get()[offset], to: batch[offset].prompt, paying: due)
        }
        if case .success = answer { due = SharedCost() }
        try deliver(next + offset, answer)
      }
      next += max(1, batch.count)
    }
  }

  /// The most questions that are continued together, unless a load says otherwise.
  public static let defaultLargestBatch = 8

  /// The questions at the beginning that share a prefix, as many as are worth their memory: none
  /// where the first one has failed.
  private func leadingBatch(
    of continuations: ArraySlice<Result<Continuation, any Error>>
  ) -> [Continuation] {
    var batch: [Continuation] = []
    for result in continuations.prefix(largestBatch) {
      guard let continuation = try? result.get() else { break }
      guard let first = batch.first else {
        batch.append(continuation)
        continue
      }
      let room = max(continuation.room, batch.map(\.room).max() ?? 0)
      let rows = ContinuationSlots.rows(count: batch.count + 1, room: room)
      guard
        first.prompt.inputIDs[..<first.prompt.prefixIDCount]
          == continuation.prompt.inputIDs[..<continuation.prompt.prefixIDCount],
        rows <= max(1024, first.prompt.length)
      else { break }
      batch.append(continuation)
    }
    return batch
  }

  /// What the questions of an image share; the first that is answered is said to have paid for it.
  private struct SharedCost {
    var imagesEncoded = 0
    var prefixesComputed = 0
    var decodeSeconds = 0.0
    var encodeSeconds = 0.0
    var prefixSeconds = 0.0
  }

  private func answer(
    _ generation: Generation, to prompt: PackedPrompt, paying cost: SharedCost
  ) throws -> QuestionAnswer {
    try Self.checkIsAnswer(generation)
    return QuestionAnswer(
      text: try decoded(generation.ids), ids: generation.ids, stopReason: generation.stopReason,
      cropCount: prompt.cropCount,
      visionTokens: prompt.visionCount, textTokens: prompt.textCount,
      cutTokens: prompt.cutTokenCount,
      imageTokensByLayer: work(for: prompt).map { $0.feedForward.vision + $0.feedForward.proxy },
      imagesEncoded: cost.imagesEncoded,
      prefixesComputed: cost.prefixesComputed, decodeSeconds: cost.decodeSeconds,
      encodeSeconds: cost.encodeSeconds,
      prefillSeconds: cost.prefixSeconds + generation.prefillSeconds,
      generationSeconds: generation.generationSeconds)
  }
}

extension VisionLanguageModel.Prefix {
  /// Whether `prompt` begins with exactly the tokens of this prefix, and has its last image where
  /// this one has.
  func begins(_ prompt: PackedPrompt) -> Bool {
    let end = prompt.inputIDs.lastIndex(of: PackedPrompt.imageMarker).map { $0 + 1 } ?? 0
    return prompt.inputIDs[..<end].elementsEqual(inputIDs)
  }
}
