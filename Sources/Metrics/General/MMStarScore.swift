import OrderedCollections
import PythonText

/// MMStar: multiple choice in 18 parts of equal weight (docs/metrics-more.md, section 2).
public enum MMStarScore {
  /// 1 or 0 for one question.
  /// - Parameter options: the texts of A, B, C, D where the data has columns for them; VLMEvalKit
  ///   alone looks at them
  public static func score(
    prediction: String, options: [String], answer: String, profile: Profile
  ) -> MetricScore {
    let raw = PythonString(prediction)
    switch profile.evaluator {
    case .vlmEvalKit:
      return OptionLetter.score(
        .vlmEvalKit(raw, options: options, profile: profile), answer: PythonString(answer))
    case .lmmsEval where profile.follows(.lmmsEvalMMStarLetter):
      let read = MMBenchExtraction.lmmsStatic(profile.given(raw), ["A", "B", "C", "D"])
      return OptionLetter.score(read, answer: PythonString(answer).strip().upper())
    case .lmmsEval, .official, .llava:
      return opening(profile.given(raw), answer: PythonString(answer))
    }
  }

  /// The authors' rule: the answer opens with the letter, in one of four forms.
  private static func opening(_ prediction: PythonString, answer: PythonString) -> MetricScore {
    let text = plain(prediction)
    let letter = plain(answer)
    for opening: PythonString in ["", "(", "option ", "the answer is "] {
      guard text.hasPrefix(opening) else { continue }
      // Beyond the end the evaluator raises, and counts the answer as wrong.
      guard opening.count < text.count else { break }
      let found = PythonString([text.scalars[opening.count]])
      if found == letter {
        return MetricScore(
          value: 1, rule: "opens with \"\(opening)\" and the letter", extracted: found.text)
      }
    }
    return MetricScore(value: 0, rule: "does not open with the letter")
  }

  private static func plain(_ text: PythonString) -> PythonString {
    PythonString(text.lower().scalars.map { $0 == "\n" ? " " : $0 }).strip()
  }
}

/// The figures of MMStar: means over its parts.
public struct MMStarSummary: Sendable {
  /// One scored question.
  public struct Row: Sendable {
    public var category: String
    public var part: String
    public var value: Double

    public init(category: String, part: String, value: Double) {
      self.category = category
      self.part = part
      self.value = value
    }
  }

  /// The mean of the 18 parts (of those that are there); NaN without rows. The paper's figure.
  public let average: Double
  /// The mean over rows, which VLMEvalKit and the authors print.
  public let accuracy: Double
  /// Each category: the mean of its parts, in order of appearance.
  public let categories: OrderedDictionary<String, Double>
  /// Each category's mean over rows.
  public let categoryAccuracy: OrderedDictionary<String, Double>

  public init(_ rows: [Row]) {
    var values: OrderedDictionary<String, OrderedDictionary<String, [Double]>> = [:]
    for row in rows { values[row.category, default: [:]][row.part, default: []].append(row.value) }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let parts = values.mapValues { $0.values.map(mean) }
    categories = parts.mapValues(mean)
    average = mean(parts.values.flatMap { $0 })
    accuracy = mean(rows.map(\.value))
    categoryAccuracy = values.mapValues { parts in mean(parts.values.flatMap { $0 }) }
  }
}
