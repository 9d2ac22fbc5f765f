import Tensor

extension VisionLanguageModel {
  /// The state after the prefix of a prompt: what all questions on one image share.
  public struct Prefix: Sendable {
    /// Token ids up to the last image; another prompt may use this prefix if it begins with the
    /// same ids.
    public let inputIDs: ArraySlice<Int>
    var cache: KVCache
    let lengths: [Int]
    /// The last layer's output for the last prefix row, for prompts that end with the image. // [1,
    /// hidden]
    let lastState: Matrix

    /// Tokens in the cache of each layer.
    public var cacheLengths: [Int] { lengths }
  }

  /// Why generation ended.
  public enum StopReason: String, Sendable {
    /// A stop id was generated; it is the last of the ids.
    case end
    /// The limit of new tokens was reached.
    case length
  }

  /// A greedy continuation.
  public struct Generation: Sendable {
    /// Generated ids, the stop id included.
    public let ids: [Int]
    public let stopReason: StopReason
    /// False where generation ended because the logits of a step were no numbers; ``ids`` are then
    /// no answer.
    public let logitsAreFinite: Bool
    /// Tokens in the cache of each layer after the prompt, and at the end.
    public let cacheLengthsAfterPrefill: [Int]
    public let cacheLengthsAfterGeneration: [Int]
    /// Position id of every decoding step.
    public let decodePositions: [Int]
    /// The smallest difference between the largest and the second largest logit of a step.
    public let smallestTopGap: Float
    /// Logits of the first step. // [vocabulary]
    public let prefillLogits: [Float]
    /// Logits of the other steps, where they were asked for. // [steps - 1, vocabulary]
    public let stepLogits: [[Float]]
    public let prefillSeconds: Double
    public let generationSeconds: Double
  }

  /// Computes the part of a prompt that no question influences.
  ///
  /// - Parameters:
  ///   - images: given away where they are not used again: their features are as large as a layer's
  ///     state
  ///   - additionalTokens: room to reserve in the cache for suffix and generated tokens
  public func prefill(
    _ prompt: PackedPrompt, images: consuming EncodedImages, additionalTokens: Int = 512,
    recorder: ActivationRecorder? = nil
  ) throws -> Prefix {
    let prefixLength = prompt.visionCount + prompt.restPositions.count
    var cache = KVCache(
      layers: decoder.layers.count,
      width: decoder.shape.keyValueHeads * decoder.shape.headDimension,
      capacity: prefixLength + (prompt.cropCount == 0 ? 0 : prompt.proxyPositions.count)
        + additionalTokens, format: cacheFormat)
    var lastState = Matrix(rows: 0, columns: decoder.shape.hidden)
    if prompt.prefixIDCount > 0 {
      let newlines = Matrix.stacked(
        Array(
          repeating: Matrix(rows: 1, columns: newline.count, values: newline),
          count: prompt.cropCount))
      let text = try decoder.embedded(Array(prompt.textIDs[..<prompt.prefixTextCount]))
      if let recorder {
        recorder.record(
          images.features.gathered(recorder.rows.full.filter { $0 < prompt.visionCount }),
          to: "embed_full")
        recorder.record(newlines, to: "embed_newline")
      }
      // Where activations are recorded, those of the last layer are wanted in full.
      let layers = decoder.layers.count - (recorder == nil ? 1 : 0)
      let states = method.prefill(
        layers: layers, prompt: prompt, vision: images.givenFeatures(),
        rest: .stacked([newlines, text]), decoder: decoder, cache: &cache,
        compute: compute, recorder: recorder)
      let last =
        recorder == nil
        ? decoder.closingState(of: states, cache: &cache, compute: compute) : states.last
      if let last { lastState = last }
    }
    return Prefix(
      inputIDs: prompt.inputIDs[..<prompt.prefixIDCount], cache: cache, lengths: cache.lengths,
      lastState: lastState)
  }

  /// The rest of a prompt after its prefix, and how far it is to be continued.
  public struct Continuation: Sendable {
    public var prompt: PackedPrompt
    public var maximumNewTokens: Int

    public init(_ prompt: PackedPrompt, maximumNewTokens: Int) {
      self.prompt = prompt
      self.maximumNewTokens = maximumNewTokens
    }

    /// Tokens of the prompt behind the prefix.
    var suffix: ArraySlice<Int> { prompt.textIDs[prompt.prefixTextCount...] }
    /// Tokens behind the prefix in the end.
    var room: Int { suffix.count + maximumNewTokens }
  }

  /// Computes the rest of one prompt after its prefix and generates greedily.
  ///
  /// The prefix is left as it was, ready for the next question.
  /// - Parameters:
  ///   - stopIDs: generation ends after any of these ids
  ///   - keepsStepLogits: also return the logits of every step
  public func generate(
    _ prompt: PackedPrompt, after prefix: inout Prefix, stopIDs: Set<Int>, maximumNewTokens: Int,
    keepsStepLogits: Bool = false, recorder: ActivationRecorder? = nil
  ) throws -> Generation {
    try generate(
      [Continuation(prompt, maximumNewTokens: maximumNewTokens)], after: &prefix, stopIDs: stopIDs,
      keepsStepLogits: keepsStepLogits,
      recorder: recorder)[0]
  }

  /// Continues several prompts with the same prefix together: every weight is read once for all of
  /// them. Each gets the same bits as alone.
  ///
  /// - Parameter observe: gets a continuation's place and all its ids after each new one; the
  ///   continuation ends where it returns false
  /// - Returns: in the order of `continuations`; times are each one's share
  public func generate(
    _ continuations: [Continuation], after prefix: inout Prefix, stopIDs: Set<Int>,
    keepsStepLogits: Bool = false,
    recorder: ActivationRecorder? = nil,
    observe: ((_ place: Int, _ ids: [Int]) throws -> Bool)? = nil
  ) throws -> [Generation] {
    let clock = ContinuousClock()
    var start = clock.now
    let slots = ContinuationSlots(
      prefixLengths: prefix.lengths, count: continuations.count,
      room: continuations.map(\.room).max() ?? 0)
    slots.prepare(&prefix.cache)
    defer { prefix.cache.truncate(to: prefix.lengths) }

    var logits = decoder.logits(
      try suffixStates(continuations, slots: slots, prefix: &prefix, recorder: recorder),
      compute: compute)
    var running = continuations.indices.map { RunningGeneration(logits: Array(logits[$0])) }
    for index in running.indices {
      running[index].prefillSeconds = (clock.now - start).seconds / Double(running.count)
    }
    start = clock.now
    while true {
      let waiting = try running.indices.filter {
        guard running[$0].chooses(limit: continuations[$0].maximumNewTokens, stopIDs: stopIDs)
        else { return false }
        guard try observe?($0, running[$0].ids) ?? true else {
          running[$0].end()
          return false
        }
        return true
      }
      if waiting.isEmpty { break }
      let positions = waiting.map {
        continuations[$0].prompt.nextPosition + running[$0].positions.count
      }
      let states = decoder.extend(
        try decoder.embedded(waiting.compactMap { running[$0].ids.last }),
        tokens: waiting.map {
          ContinuationSlots.Token(
            continuation: $0, index: continuations[$0].suffix.count + running[$0].positions.count)
        },
        reading: Array(waiting.indices), slots: slots, positions: positions, cache: &prefix.cache,
        compute: compute)
      logits = decoder.logits(decoder.finalNormed(states, compute: compute), compute: compute)
      let seconds = (clock.now - start).seconds / Double(waiting.count)
      for (row, index) in waiting.enumerated() {
        running[index].step(
          to: positions[row], logits: Array(logits[row]), keeps: keepsStepLogits, seconds: seconds)
      }
      start = clock.now
    }
    return zip(running, continuations).map { generation, continuation in
      let after = prefix.lengths.map { $0 + continuation.suffix.count }
      return generation.finished(lengthsAfterPrefill: after)
    }
  }

  /// The normed states of the prompts' last tokens. // [continuations, hidden]
  private func suffixStates(
    _ continuations: [Continuation], slots: ContinuationSlots, prefix: inout Prefix,
    recorder: ActivationRecorder?
  ) throws -> Matrix {
    let tokens = continuations.enumerated().flatMap { place, continuation in
      continuation.suffix.indices.map {
        ContinuationSlots.Token(continuation: place, index: $0 - continuation.suffix.startIndex)
      }
    }
    // A prompt may end with its image; its last state then comes from the prefix.
    var last = Matrix(rows: continuations.count, columns: decoder.shape.hidden)
    if prefix.lastState.rows > 0 {
      for row in continuations.indices { last.replaceRows(from: row, with: prefix.lastState) }
    }
    if !tokens.isEmpty {
      let ends = tokens.indices.filter {
        tokens[$0].index == continuations[tokens[$0].continuation].suffix.count - 1
      }
      let states = decoder.extend(
        try decoder.embedded(continuations.flatMap(\.suffix)), tokens: tokens, reading: ends,
        slots: slots,
        positions: continuations.flatMap { $0.prompt.textPositions[$0.prompt.prefixTextCount...] },
        cache: &prefix.cache, compute: compute,
        recorder: recorder)
      for (row, end) in ends.enumerated() {
        last.replaceRows(from: tokens[end].continuation, with: states[rows: row..<row + 1])
      }
    }
    let normed = decoder.finalNormed(last, compute: compute)
    if let recorder, let prompt = continuations.first?.prompt {
      recorder.record(try decoder.embedded(prompt.textIDs), to: "embed_text")
      recorder.record(normed, to: "final_norm_last", shape: [normed.columns])
      recorder.recordCache(prefix.cache, headDimension: decoder.shape.headDimension)
    }
    return normed
  }

  /// Whether a token can be chosen: no NaN, nothing infinitely large, and something to choose.
  static func canChoose(among logits: [Float]) -> Bool {
    var largest = -Float.infinity
    for logit in logits {
      if logit.isNaN { return false }
      largest = max(largest, logit)
    }
    return largest.isFinite
  }

  /// - Throws: ``ModelError`` `non-finite-logits` for a generation that is no answer.
  static func checkIsAnswer(_ generation: Generation) throws(ModelError) {
    guard !generation.logitsAreFinite else { return }
    throw ModelError(
      .nonFiniteLogits,
      "the logits are not finite after \(generation.ids.count) tokens, so that there is no answer;"
        + " a weight may be NaN or infinite, or its range too small for the activations")
  }

  /// The first largest logit, and its distance to the second largest.
  static func greedyChoice(_ logits: [Float]) -> (best: Int, gap: Float) {
    var best = 0
    var largest = -Float.infinity
    var second = -Float.infinity
    for (index, logit) in logits.enumerated() {
      if logit > largest {
        second = largest
        (best, largest) = (index, logit)
      } else if logit > second {
        second = logit
      }
    }
    return (best, largest - second)
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
