public import Metrics

/// How two sides are compared, and what decides.
///
///     var options = ComparisonOptions()
///     options.gate = GateConfiguration(alpha: 0.05)
///     options.gate?.margins = ["docvqa": 1]
public struct ComparisonOptions: Sendable {
  /// The rules that both sides are scored by.
  public var profile = Profile.lmmsEval
  /// The seed of all draws; written into every result.
  public var seed: UInt64 = 1
  /// Of sign flips.
  public var draws = 9999
  /// Of the bootstrap; 0 leaves it out.
  public var replicates = 10_000
  /// The confidence of the intervals that are shown.
  public var level = 0.95
  /// The level of the family of figures that decide.
  public var alpha = 0.05
  /// Both sides are scored with the references of B.
  public var usesReferencesOfB = false
  /// What decides; nil: the comparison informs, and its exit code is 0.
  public var gate: GateConfiguration?

  public init() {}

  /// - Throws: ``ComparisonError`` `invalid-option` for a value that cannot be used.
  public func check() throws(ComparisonError) {
    func invalid(_ message: String) -> ComparisonError { ComparisonError(.invalidOption, message) }
    guard alpha > 0, alpha < 1 else {
      throw invalid("alpha must lie between 0 and 1, not \(alpha)")
    }
    guard level > 0, level < 1 else {
      throw invalid("level must lie between 0 and 1, not \(level)")
    }
    guard draws >= 1 else { throw invalid("at least one sign flip must be drawn, not \(draws)") }
    guard replicates == 0 || replicates >= 2 else {
      throw invalid("a bootstrap needs at least 2 replicates, not \(replicates)")
    }
    for (figure, margin) in (gate?.margins ?? [:]).sorted(by: { $0.key < $1.key })
    where !(margin.isFinite && margin >= 0) {
      throw invalid("the margin of \(figure) must be a number of points from 0 on, not \(margin)")
    }
  }
}

/// What decides about a night (docs/comparison.md, sections 7 to 9).
public struct GateConfiguration: Sendable, Equatable {
  /// Tolerated drops in points by figure (`docvqa/anls`) or benchmark (`docvqa`); others have those
  /// that their benchmark gives them.
  public var margins: [String: Double] = [:]
  /// The figures that decide, as figures or benchmarks, and `suite` for their mean. Nil: those of
  /// every benchmark that either side has.
  public var family: [String]?
  /// Whether `cannot tell` fails: exit code 102.
  public var isStrict = false
  /// Whether the answers must be the same: any changed answer then fails, whatever its score.
  public var expectsIdentical = false

  public init() {}

  /// The tolerated drop of all figures that have none of their own in ``margins``.
  public var commonMargin: Double?

  /// Takes a margin as people write it: `0.5` for all figures, `docvqa=0.5` for one.
  /// - Throws: ``ComparisonError`` `invalid-option` for what is no number of points from 0 on.
  public mutating func setMargin(_ text: String) throws(ComparisonError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = parts.last.flatMap({ Double($0) }), number.isFinite, number >= 0,
      parts.count == 1 || !parts[0].isEmpty
    else {
      throw ComparisonError(
        .invalidOption,
        "the margin \"\(text)\" is no number of points from 0 on; write 0.5 or docvqa=0.5")
    }
    if parts.count == 1 { commonMargin = number } else { margins[String(parts[0])] = number }
  }

  /// The name of the figure over all figures: the mean of their differences, each in hundredths of
  /// its best value.
  public static let suite = "suite"
  /// The tolerated drop of ``suite``.
  public static let suiteMargin = 0.25

  /// The family of a complete night (docs/comparison.md, section 7).
  public static let standardFamily = [
    "docvqa/anls", "chartqa/relaxed_overall", "infovqa/anls", "textvqa/exact_match",
    "ocrbench/final_score", "mmbench/overall", "mme/mme_perception_score",
    "refcoco/refcoco_ACC@0.5",
    "ccpdf/edit_distance", "ccpdf/bleu",
  ]
}
