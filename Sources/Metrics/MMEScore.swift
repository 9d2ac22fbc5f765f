import PythonText

/// MME's metric: whether a prediction says yes or no as the ground truth does (metrics specification, section 7).
public enum MMEScore {
  public enum Verdict: String, Sendable {
    case yes, no
    /// Neither; wrong whatever the ground truth.
    case other
  }

  /// 1 or 0 for one answer; ``MMEFigures`` makes the benchmark's figures of them.
  public static func score(prediction: String, answer: String, profile: Profile) -> MetricScore {
    let verdict = verdict(prediction, profile: profile)
    let expected = PythonString(PythonString(answer).lower().strip().scalars.filter { $0 != "." })
    let isRight = expected == PythonString(verdict.rawValue)
    return MetricScore(
      value: isRight ? 1 : 0, rule: "read as \"\(verdict.rawValue)\", expected \"\(expected)\"",
      extracted: verdict == .other ? nil : verdict.rawValue)
  }

  public static func verdict(_ prediction: String, profile: Profile) -> Verdict {
    let text = PythonString(prediction).lower()
    switch profile {
    case .vlmEvalKit, .vlmEvalKit2024:
      let words = Set(VQAAnswerProcessor.vlmEvalKitPunctuationRemoved(text).split())
      if words.contains("yes") != words.contains("no") { return words.contains("yes") ? .yes : .no }
      return .other
    case .official: return byOpening(text)
    case .lmmsEval, .lmmsEval03, .lmmsEval02:
      let plain = PythonString(text.strip().scalars.filter { $0 != "." })
      if plain.count == 1 { return plain == "y" ? .yes : plain == "n" ? .no : .other }
      return byOpening(plain)
    }
  }

  /// By the first four characters: "know" is a no, "the answer is yes" is neither.
  private static func byOpening(_ text: PythonString) -> Verdict {
    let opening = PythonString(text.scalars.prefix(4))
    if opening.contains("yes") { return .yes }
    return opening.contains("no") ? .no : .other
  }
}

/// MME's figures: per category the share of right questions plus the share of images with both right, each x 100.
public struct MMEFigures: Sendable {
  /// An answered question; the two on one image share `pair`.
  public typealias Answer = (category: String, pair: String, isCorrect: Bool)

  public struct Category: Sendable, Equatable {
    public var name: String
    public var questions: Int
    /// Share of right questions, 0 to 100.
    public var accuracy: Double
    /// Share of images with every question right, 0 to 100.
    public var pairAccuracy: Double
    /// Whether every image has exactly two questions, as lmms-eval asserts.
    public var isPaired: Bool
    public var score: Double { accuracy + pairAccuracy }
  }

  public static let perception = [
    "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR",
  ]
  public static let cognition = ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"]

  /// In the order in which they first occur.
  public let categories: [Category]

  public init(_ answers: [Answer]) {
    var order: [String] = []
    var pairs: [String: (order: [String], answers: [String: [Bool]])] = [:]
    for answer in answers {
      if pairs[answer.category] == nil {
        order.append(answer.category)
        pairs[answer.category] = ([], [:])
      }
      if pairs[answer.category]?.answers[answer.pair] == nil { pairs[answer.category]?.order.append(answer.pair) }
      pairs[answer.category]?.answers[answer.pair, default: []].append(answer.isCorrect)
    }
    categories = order.map { name in
      let (images, answers) = pairs[name] ?? ([], [:])
      let groups = images.compactMap { answers[$0] }
      let questions = groups.reduce(0) { $0 + $1.count }
      let right = groups.reduce(0) { $0 + $1.count { $0 } }
      return Category(
        name: name, questions: questions, accuracy: 100 * Double(right) / Double(max(1, questions)),
        pairAccuracy: 100 * Double(groups.count { $0.allSatisfy { $0 } }) / Double(max(1, groups.count)),
        isPaired: groups.allSatisfy { $0.count == 2 })
    }
  }

  /// The sum over the categories of a half that are there.
  public func sum(_ names: [String]) -> Double {
    categories.filter { names.contains($0.name) }.reduce(0) { $0 + $1.score }
  }

  /// Perception first, then cognition where any of it is there, then the categories.
  public var rows: [(name: String, value: Double, count: Int)] {
    let halves = [("mme_perception_score", Self.perception), ("mme_cognition_score", Self.cognition)].compactMap { name, members in
      let count = categories.filter { members.contains($0.name) }.reduce(0) { $0 + $1.questions }
      return count > 0 || name == "mme_perception_score" ? (name, count > 0 ? sum(members) : .nan, count) : nil
    }
    return halves + categories.map { ($0.name, $0.score, $0.questions) }
  }
}
