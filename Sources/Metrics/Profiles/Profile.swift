import Diagnostics

/// The program whose scoring rules are followed.
public enum Evaluator: String, Sendable, CaseIterable {
  case lmmsEval = "lmms-eval"
  case vlmEvalKit = "vlmevalkit"
  /// The evaluator of the benchmark's own authors, where there is one; none of them changed.
  case official
  /// LLaVA-1.5's scripts, by which papers of 2023 and 2024 print POPE, GQA, ScienceQA and SEED.
  case llava

  /// As its authors spell it.
  public var title: String {
    switch self {
    case .lmmsEval: "lmms-eval"
    case .vlmEvalKit: "VLMEvalKit"
    case .official: "the benchmark authors' own evaluator"
    case .llava: "LLaVA-1.5's own scripts"
    }
  }
}

/// One evaluator's complete set of scoring rules, as they are or as they were at a moment.
///
/// Every printed score names its profile: the same answers get different scores under different
/// evaluators, and under one evaluator at different times. What changed, and when, is
/// ``RuleChange``; a scorer asks ``follows(_:)`` for each change by itself and never for a date.
///
/// ```swift
/// let profile = try Profile.named("vlmevalkit@2025-04-30")
/// profile.follows(.vlmEvalKitPeriods)  // false: that came on 2025-05-13
/// ```
public struct Profile: Sendable {
  public let evaluator: Evaluator
  /// The last second, counted from 1970, whose changes are in force; nil: all that are known.
  public let moment: Int?
  /// The name that tables and files show: `lmms-eval`, `vlmevalkit@2025-04-30` ...
  public let rawValue: String
  /// Whose rules these are, in words.
  public let summary: String

  init(_ evaluator: Evaluator, moment: Int? = nil, name: String, summary: String) {
    self.evaluator = evaluator
    self.moment = moment
    rawValue = name
    self.summary = summary
  }

  /// lmms-eval's current rules, without a judge model; the default.
  public static let lmmsEval = Profile(
    .lmmsEval, name: "lmms-eval", summary: "lmms-eval's current rules, judge-free (default)")
  /// lmms-eval 0.3.0, the time of the ProxyV paper, its bugs included.
  public static let lmmsEval03 = Profile(
    .lmmsEval, moment: EvaluatorHistory.release("0.3.0", of: .lmmsEval), name: "lmms-eval-0.3",
    summary: "lmms-eval@0.3.0, the paper's era, its bugs included")
  /// lmms-eval up to 0.2.4, which rounded ANLS up to 1.
  public static let lmmsEval02 = Profile(
    .lmmsEval, moment: EvaluatorHistory.release("0.2.4", of: .lmmsEval), name: "lmms-eval-0.2",
    summary: "lmms-eval@0.2.4: ANLS counts 1 from 0.5 on")
  public static let vlmEvalKit = Profile(
    .vlmEvalKit, name: "vlmevalkit", summary: "VLMEvalKit's current rules")
  /// VLMEvalKit at the end of 2024.
  public static let vlmEvalKit2024 = Profile(
    .vlmEvalKit, moment: EvaluatorHistory.endOfDay("2024-12-31"), name: "vlmevalkit-2024",
    summary: "vlmevalkit@2024-12-31: before all changes that `list profiles --changes` shows")
  /// The evaluator of the benchmark's own authors, where there is one.
  public static let official = Profile(
    .official, name: "official", summary: "the benchmark authors' own evaluator")

  /// LLaVA-1.5's own scripts, which cover a few of the general benchmarks.
  public static let llava = Profile(
    .llava, name: "llava",
    summary: "LLaVA-1.5's own scripts: POPE, GQA, ScienceQA and SEED-Bench")

  /// The profiles that have a short name; `--profile all` scores under those of them that a
  /// benchmark has.
  public static let allCases = [
    lmmsEval, lmmsEval03, lmmsEval02, vlmEvalKit, vlmEvalKit2024, official, llava,
  ]

  /// Whether a change of the evaluator's rules had been made by then; false for a change of
  /// another evaluator.
  public func follows(_ change: RuleChange) -> Bool {
    evaluator == change.evaluator && (moment.map { $0 >= change.moment } ?? true)
  }

  var isVLMEvalKit: Bool { evaluator == .vlmEvalKit }

  /// Whether the evaluator strips whitespace from the prediction before it scores.
  ///
  /// lmms-eval does so for every generated answer, whatever the metric; the others hand it on as it
  /// was generated.
  var stripsPrediction: Bool { evaluator == .lmmsEval }

  /// What the evaluator's metrics are given of a generated answer: lmms-eval takes reasoning out
  /// of it first, whatever the benchmark.
  ///
  /// - Returns: nil where that is the answer as it was generated
  public func textScored(of answer: String) -> String? {
    guard follows(.lmmsEvalReasoningTags) else { return nil }
    return ReasoningTags.stripped(answer, takesLoneClosingTags: follows(.lmmsEvalLoneClosingTags))
  }
}

extension Profile: Hashable {
  /// The same rules, whatever they are called: `lmms-eval-0.3` is `lmms-eval@0.3.0`.
  public static func == (a: Profile, b: Profile) -> Bool {
    a.evaluator == b.evaluator && a.moment == b.moment
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(evaluator)
    hasher.combine(moment)
  }
}
