/// A greedy continuation while it is being generated.
struct RunningGeneration {
  /// Of the token to choose next. // [vocabulary]
  private var logits: [Float]
  private let prefillLogits: [Float]
  private(set) var ids: [Int] = []
  /// Position id of every decoding step.
  private(set) var positions: [Int] = []
  private var stepLogits: [[Float]] = []
  private var smallestGap = Float.infinity
  private var stopReason: VisionLanguageModel.StopReason?
  private var isFinite = true
  var prefillSeconds = 0.0
  private var generationSeconds = 0.0

  init(logits: [Float]) {
    self.logits = logits
    prefillLogits = logits
  }

  /// Chooses the next token, and returns whether it has to be computed further.
  mutating func chooses(limit: Int, stopIDs: Set<Int>) -> Bool {
    guard stopReason == nil else { return false }
    guard ids.count < limit else {
      stopReason = .length
      return false
    }
    // No number stands behind a token that is chosen among these.
    guard VisionLanguageModel.canChoose(among: logits) else {
      isFinite = false
      stopReason = .length
      return false
    }
    let (best, gap) = VisionLanguageModel.greedyChoice(logits)
    ids.append(best)
    smallestGap = min(smallestGap, gap)
    if stopIDs.contains(best) {
      stopReason = .end
    } else if ids.count == limit {
      stopReason = .length
    }
    return stopReason == nil
  }

  /// Nobody wants more.
  mutating func end() { stopReason = .length }

  /// Takes what the chosen token led to.
  mutating func step(to position: Int, logits: [Float], keeps: Bool, seconds: Double) {
    positions.append(position)
    self.logits = logits
    if keeps { stepLogits.append(logits) }
    generationSeconds += seconds
  }

  /// - Parameter lengthsAfterPrefill: tokens in the cache of each layer after the prompt
  func finished(lengthsAfterPrefill: [Int]) -> VisionLanguageModel.Generation {
    VisionLanguageModel.Generation(
      ids: ids, stopReason: stopReason ?? .length, logitsAreFinite: isFinite,
      cacheLengthsAfterPrefill: lengthsAfterPrefill,
      cacheLengthsAfterGeneration: lengthsAfterPrefill.map { $0 + positions.count },
      decodePositions: positions,
      smallestTopGap: smallestGap, prefillLogits: prefillLogits, stepLogits: stepLogits,
      prefillSeconds: prefillSeconds,
      generationSeconds: generationSeconds)
  }
}
