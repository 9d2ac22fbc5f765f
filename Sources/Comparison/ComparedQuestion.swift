public import Evaluation

/// A question of either run with what became of it on both sides.
public struct ComparedQuestion: Sendable {
  /// Under this id it stands in A, or in B where A does not have it.
  public let id: String
  public let kind: Coverage.Class
  /// Nil: the side does not have the question.
  public let a: Side?
  public let b: Side?
  /// The image by content, else by name; nil where nothing is known of it.
  public let image: String?

  /// What one side made of the question.
  public struct Side: Sendable {
    public let asked: RunQuestion
    public let scored: ScoredSample
    /// Nil: missing.
    public let answer: Answer?

    public var isAnswered: Bool { answer.map { $0.failure == nil } ?? false }
  }

  /// The question as A has it.
  public var sample: Sample? { (a ?? b)?.scored.sample }

  /// How the answer changed.
  public enum Change: String, Sendable {
    case equal
    /// The text is the same, the tokens or the reason to stop are not.
    case sameText = "same_text"
    case equalScore = "equal_score"
    case better
    case worse
    /// Answered in A only.
    case newlyFailed = "newly_failed"
    /// Answered in B only.
    case recovered
  }

  /// Whether the answer changed; nil where a side does not have the question.
  /// - Parameter lowerIsBetter: of the score
  public func change(lowerIsBetter: Bool) -> Change? {
    guard let a, let b else { return nil }
    switch (a.isAnswered, b.isAnswered) {
    case (false, false): return .equal
    case (true, false): return .newlyFailed
    case (false, true): return .recovered
    case (true, true): break
    }
    guard let answerA = a.answer, let answerB = b.answer else { return .equal }
    if answerA.text.utf8.elementsEqual(answerB.text.utf8) {
      // Other programs' files hold no tokens.
      let hasTokens = !answerA.tokenIDs.isEmpty && !answerB.tokenIDs.isEmpty
      let isSame =
        answerA.stopReason == answerB.stopReason
        && (!hasTokens || answerA.tokenIDs == answerB.tokenIDs)
      return isSame ? .equal : .sameText
    }
    let gain = (b.scored.score.value - a.scored.score.value) * (lowerIsBetter ? -1 : 1)
    if abs(gain) <= 1e-9 { return .equalScore }
    return gain > 0 ? .better : .worse
  }

  /// The place of the first token in which the answers differ; nil where they agree, or a side has
  /// no tokens.
  public var firstDifferingToken: Int? {
    guard let a = a?.answer?.tokenIDs, let b = b?.answer?.tokenIDs, !a.isEmpty, !b.isEmpty, a != b
    else { return nil }
    return zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(a.count, b.count)
  }
}

/// How many answers changed in which way (docs/comparison.md, section 9).
public struct AnswerCounts: Sendable, Equatable {
  public var equal = 0
  public var sameText = 0
  public var equalScore = 0
  public var better = 0
  public var worse = 0
  public var newlyFailed = 0
  public var recovered = 0

  public init() {}

  mutating func add(_ change: ComparedQuestion.Change) {
    switch change {
    case .equal: equal += 1
    case .sameText: sameText += 1
    case .equalScore: equalScore += 1
    case .better: better += 1
    case .worse: worse += 1
    case .newlyFailed: newlyFailed += 1
    case .recovered: recovered += 1
    }
  }

  mutating func add(_ other: AnswerCounts) {
    equal += other.equal
    sameText += other.sameText
    equalScore += other.equalScore
    better += other.better
    worse += other.worse
    newlyFailed += other.newlyFailed
    recovered += other.recovered
  }

  /// Answers that differ in anything.
  public var changed: Int { sameText + equalScore + better + worse + newlyFailed + recovered }
  public var total: Int { equal + changed }
}
