import Diagnostics

/// One evaluator's complete set of scoring rules.
///
/// Every printed score names its profile: the same answers get different scores under different
/// evaluators, and under different versions of one evaluator.
public enum Profile: String, Sendable, CaseIterable {
  /// lmms-eval's current rules, without a judge model; the default.
  case lmmsEval = "lmms-eval"
  /// lmms-eval 0.3.0, the time of the ProxyV paper, its bugs included.
  case lmmsEval03 = "lmms-eval-0.3"
  /// lmms-eval up to 0.2.4, which rounded ANLS up to 1.
  case lmmsEval02 = "lmms-eval-0.2"
  case vlmEvalKit = "vlmevalkit"
  /// VLMEvalKit as it scored the records it published in 2024: MMBench's options are looked for in
  /// answers of any length.
  case vlmEvalKit2024 = "vlmevalkit-2024"
  /// The evaluator of the benchmark's own authors, where there is one.
  case official

  public var summary: String {
    switch self {
    case .lmmsEval: "lmms-eval's current rules, judge-free (default)"
    case .lmmsEval03: "lmms-eval 0.3.0, the paper's era, its bugs included"
    case .lmmsEval02: "lmms-eval up to 0.2.4: ANLS counts 1 from 0.5 on"
    case .vlmEvalKit: "VLMEvalKit's current rules"
    case .vlmEvalKit2024:
      "VLMEvalKit's rules of 2024: MMBench's options are found in answers of any length"
    case .official: "the benchmark authors' own evaluator"
    }
  }

  /// The profile with this name.
  /// - Throws: ``MetricError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(MetricError) -> Profile {
    if let profile = Profile(rawValue: name.lowercased()) { return profile }
    throw MetricError(
      .unknownName,
      "unknown profile \"\(name)\"; \(suggestion(for: name, among: allCases.map(\.rawValue)))")
  }

  /// Whether these are VLMEvalKit's rules, of whatever time.
  var isVLMEvalKit: Bool { self == .vlmEvalKit || self == .vlmEvalKit2024 }

  /// Whether the evaluator strips whitespace from the prediction before it scores.
  ///
  /// lmms-eval does so for every generated answer, whatever the metric; the others hand it on as it
  /// was generated.
  var stripsPrediction: Bool {
    switch self {
    case .lmmsEval, .lmmsEval03, .lmmsEval02: true
    case .vlmEvalKit, .vlmEvalKit2024, .official: false
    }
  }
}
