import PythonText

/// GQA: equal words (docs/metrics-more.md, section 3).
public enum GQAScore {
  public static func score(prediction: String, answer: String, profile: Profile) -> MetricScore {
    let raw = PythonString(prediction)
    let answer = PythonString(answer)
    switch profile.evaluator {
    case .lmmsEval: return ExactMatch.score(profile.given(raw), answer)
    case .vlmEvalKit:
      return equal(raw.strip().lower(), answer.strip().lower(), "lower case")
    case .official: return equal(raw, answer, "as they are")
    case .llava: return equal(converted(raw), answer, "lower case, without final full stops")
    }
  }

  /// LLaVA's conversion for the authors' evaluator: final full stops go, then lower case.
  static func converted(_ text: PythonString) -> PythonString { text.rstrip(["."]).lower() }

  private static func equal(_ a: PythonString, _ b: PythonString, _ how: String) -> MetricScore {
    MetricScore(
      value: a == b ? 1 : 0, rule: (a == b ? "texts equal: " : "texts differ: ") + how,
      extracted: a.text)
  }
}
