import Metrics

/// A benchmark whose task in lmms-eval filters an answer before reasoning is taken out of it; its
/// metric does both, in this order.
public protocol FilteredBeforeReasoning: Benchmark {}

extension Benchmark {
  /// Scores an answer as the evaluator of `profile` would that is given the generated text: what
  /// the evaluator does to every answer before its metrics, then the metric.
  ///
  /// - Parameter answer: as generated
  public func evaluated(
    _ answer: String, for sample: Sample, profile: Profile
  ) -> MetricScore {
    if let verdict = sample.verdict {
      return MetricScore(value: verdict, rule: "the verdict that the file holds")
    }
    guard !(self is any FilteredBeforeReasoning), let text = profile.textScored(of: answer) else {
      return score(answer, for: sample, profile: profile)
    }
    var score = score(text, for: sample, profile: profile)
    score.rule += ", after its reasoning was taken out"
    return score
  }

  /// The stretches of time in which the rules of this benchmark's evaluators were the same, each
  /// evaluator's oldest first.
  public var eras: [ProfileEra] {
    var evaluators: [Evaluator] = []
    for profile in profiles where !evaluators.contains(profile.evaluator) {
      evaluators.append(profile.evaluator)
    }
    return evaluators.flatMap { ProfileEra.all(of: $0, benchmark: name) }
  }
}
