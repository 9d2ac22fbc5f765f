import Tensor

extension VisionLanguageModel {
  /// The state after the prefix of a prompt: what all questions on one image share.
  public struct Prefix: Sendable {
    /// Token ids up to the last image; another prompt may use this prefix if it begins with the same ids.
    public let inputIDs: ArraySlice<Int>
    var cache: KVCache
    let lengths: [Int]
    /// The last layer's output for the last prefix row, for prompts that end with the image. // [1, hidden]
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
  /// - Parameter additionalTokens: room to reserve in the cache for suffix and generated tokens.
  public func prefill(
    _ prompt: PackedPrompt, images: EncodedImages, additionalTokens: Int = 512, recorder: ActivationRecorder? = nil
  ) throws -> Prefix {
    let prefixLength = prompt.visionCount + prompt.restPositions.count
    var cache = KVCache(
      layers: decoder.layers.count, width: decoder.shape.keyValueHeads * decoder.shape.headDimension,
      capacity: prefixLength + (prompt.cropCount == 0 ? 0 : prompt.proxyPositions.count) + additionalTokens, format: cacheFormat)
    var lastState = Matrix(rows: 0, columns: decoder.shape.hidden)
    if prompt.prefixIDCount > 0 {
      let newlines = Matrix.stacked(
        Array(repeating: Matrix(rows: 1, columns: newline.count, values: newline), count: prompt.cropCount))
      let text = try decoder.embedded(Array(prompt.textIDs[..<prompt.prefixTextCount]))
      if let recorder {
        recorder.record(images.features.gathered(recorder.rows.full.filter { $0 < prompt.visionCount }), to: "embed_full")
        recorder.record(newlines, to: "embed_newline")
      }
      let rest = method.prefill(
        prompt: prompt, vision: images.features, rest: .stacked([newlines, text]), decoder: decoder, cache: &cache,
        compute: compute, recorder: recorder)
      lastState = rest[rows: rest.rows - 1..<rest.rows]
    }
    return Prefix(inputIDs: prompt.inputIDs[..<prompt.prefixIDCount], cache: cache, lengths: cache.lengths, lastState: lastState)
  }

  /// Computes the rest of a prompt after its prefix and generates greedily.
  ///
  /// The prefix is left as it was, ready for the next question.
  /// - Parameters:
  ///   - stopIDs: generation ends after any of these ids
  ///   - keepsStepLogits: also return the logits of every step
  public func generate(
    _ prompt: PackedPrompt, after prefix: inout Prefix, stopIDs: Set<Int>, maximumNewTokens: Int,
    keepsStepLogits: Bool = false, recorder: ActivationRecorder? = nil
  ) throws -> Generation {
    let clock = ContinuousClock()
    let start = clock.now
    defer { prefix.cache.truncate(to: prefix.lengths) }

    let suffix = Array(prompt.textIDs[prompt.prefixTextCount...])
    var state = prefix.lastState
    if !suffix.isEmpty {
      let x = decoder.extend(
        try decoder.embedded(suffix), positions: Array(prompt.textPositions[prompt.prefixTextCount...]),
        cache: &prefix.cache, compute: compute, recorder: recorder)
      state = x[rows: x.rows - 1..<x.rows]
    }
    var normed = decoder.finalNormed(state, compute: compute)
    var logits = decoder.logits(normed, compute: compute)
    let prefillLogits = logits
    let lengthsAfterPrefill = prefix.cache.lengths
    if let recorder {
      recorder.record(try decoder.embedded(prompt.textIDs), to: "embed_text")
      recorder.record(normed, to: "final_norm_last", shape: [normed.columns])
      recorder.recordCache(prefix.cache, headDimension: decoder.shape.headDimension)
    }
    let prefillEnd = clock.now

    var ids: [Int] = []
    var positions: [Int] = []
    var stepLogits: [[Float]] = []
    var smallestGap = Float.infinity
    var stopReason = StopReason.length
    while ids.count < maximumNewTokens {
      let (best, gap) = Self.greedyChoice(logits)
      ids.append(best)
      smallestGap = min(smallestGap, gap)
      if stopIDs.contains(best) {
        stopReason = .end
        break
      }
      if ids.count == maximumNewTokens { break }
      let position = prompt.nextPosition + positions.count
      positions.append(position)
      let x = decoder.extend(try decoder.embedded([best]), positions: [position], cache: &prefix.cache, compute: compute)
      normed = decoder.finalNormed(x, compute: compute)
      logits = decoder.logits(normed, compute: compute)
      if keepsStepLogits { stepLogits.append(logits) }
    }
    return Generation(
      ids: ids, stopReason: stopReason, cacheLengthsAfterPrefill: lengthsAfterPrefill,
      cacheLengthsAfterGeneration: prefix.cache.lengths, decodePositions: positions, smallestTopGap: smallestGap,
      prefillLogits: prefillLogits, stepLogits: stepLogits, prefillSeconds: (prefillEnd - start).seconds,
      generationSeconds: (clock.now - prefillEnd).seconds)
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
