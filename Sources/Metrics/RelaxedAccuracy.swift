import DataFormats
import PythonText

/// Relaxed accuracy: the metric of ChartQA (docs/metrics.md, section 2).
///
/// Two numbers match within 5 % of the reference; everything else matches as equal text in lower
/// case. A reference of 0 is compared as text. The bound is evaluated in double arithmetic without
/// an epsilon, as the evaluators do it.
public enum RelaxedAccuracy {
  public static let tolerance = 0.05

  /// 1 or 0 for one prediction.
  ///
  /// - Parameters:
  ///   - prediction: as generated; lmms-eval and VLMEvalKit strip it, pix2struct's function does
  ///     not
  ///   - answer: the label as it stands in the data. Only VLMEvalKit reads a list literal as a list
  ///     of accepted answers
  public static func score(prediction: String, answer: String, profile: Profile) -> MetricScore {
    let raw = PythonString(prediction)
    let prediction = profile.stripsPrediction || profile.isVLMEvalKit ? raw.strip() : raw
    guard profile.isVLMEvalKit, let accepted = listed(answer) else {
      return score(prediction, PythonString(answer), profile)
    }
    let scores = accepted.map { score(prediction, PythonString($0), profile) }
    return scores.first { $0.value == 1 } ?? scores.first
      ?? MetricScore(value: 0, rule: "an empty list accepts nothing")
  }

  /// `float(s)`, with a trailing `%` meaning hundredths; nil for what is no number.
  public static func number(_ text: PythonString) -> Double? {
    text.scalars.last == "%" ? text.rstrip(["%"]).float().map { $0 / 100 } : text.float()
  }

  /// Until ``RuleChange/vlmEvalKitChartQAOrder`` VLMEvalKit handed over prediction and reference in
  /// each other's place: the difference was divided by the prediction.
  private static func score(
    _ prediction: PythonString, _ answer: PythonString, _ profile: Profile
  ) -> MetricScore {
    let swaps = profile.isVLMEvalKit && !profile.follows(.vlmEvalKitChartQAOrder)
    if let predicted = number(prediction), let expected = number(answer),
      case let divisor = swaps ? predicted : expected, divisor != 0
    {
      let change = abs(predicted - expected) / abs(divisor)
      let isWithin = change <= tolerance
      return MetricScore(
        value: isWithin ? 1 : 0,
        rule: "\(predicted) against \(expected): " + (isWithin ? "within 5 %" : "not within 5 %")
          + (swaps ? " of the prediction" : ""),
        extracted: "\(predicted)")
    }
    let isEqual = prediction.lower() == answer.lower()
    return MetricScore(value: isEqual ? 1 : 0, rule: isEqual ? "texts equal" : "texts differ")
  }

  /// The members of a Python list literal, as `str()` shows them; nil where the answer is not one.
  private static func listed(_ answer: String) -> [String]? {
    guard answer.unicodeScalars.first == "[", answer.unicodeScalars.last == "]",
      let members = (try? PythonLiteral.parse(answer))?.arrayValue
    else { return nil }
    return members.map { member in
      switch member {
      case .string(let text): text
      case .null: "None"
      case .bool(let flag): flag ? "True" : "False"
      default: member.text()
      }
    }
  }
}
