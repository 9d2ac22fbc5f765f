import DataFormats
import OrderedCollections
import PythonText

/// `mme`: `{"prediction", "answer"}` to 0 or 1 (under an evaluator's name to what it reads); aggregates of `items`.
enum MMEVectors: VectorMetric {
  static let name = "mme"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "lmms_eval_v0.2.4": .profile(.lmmsEval02),
    // For samples the vectors list what an evaluator reads, not its score.
    "mme_official_tool": .function("official"), "vlmevalkit": .function("vlmevalkit"), "lmms_eval_head": .function("lmms-eval"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile: Profile
    switch rules {
    case .profile(let named): profile = named
    case .function(let name): profile = Profile(rawValue: name) ?? .lmmsEval
    }
    switch kind {
    case "sample":
      let prediction = try text(line, "prediction")
      if case .function = rules { return .string(word(MMEScore.verdict(prediction, profile: profile), profile)) }
      return .number(MMEScore.score(prediction: prediction, answer: try line["answer"].string(), profile: profile).value)
    case "aggregate":
      let items = try line["items"].list().map {
        Item(
          category: try $0["category"].string(), image: try $0["question_id"].string(), answer: try $0["answer"].string(),
          prediction: try text($0, "prediction"))
      }
      switch profile {
      case .official: return try official(items)
      case .vlmEvalKit, .vlmEvalKit2024: return try vlmEvalKit(items)
      default: return lmmsEval(items, profile)
      }
    default: throw unknownKind(kind, line)
    }
  }

  private struct Item {
    var category, image, answer, prediction: String
  }

  private static func word(_ verdict: MMEScore.Verdict, _ profile: Profile) -> String {
    guard profile.isVLMEvalKit else { return verdict.rawValue }
    return switch verdict {
    case .yes: "Yes"
    case .no: "No"
    case .other: "Unknown"
    }
  }

  private static func figures(_ items: [Item], _ profile: Profile) -> MMEFigures {
    MMEFigures(
      items.map {
        ($0.category, $0.image, MMEScore.score(prediction: $0.prediction, answer: $0.answer, profile: profile).value == 1)
      })
  }

  private static func lmmsEval(_ items: [Item], _ profile: Profile) -> JSONValue {
    let figures = figures(items, profile)
    let failure: JSONValue = ["error": "AssertionError"]
    var categories: OrderedDictionary<String, JSONValue> = [:]
    for category in figures.categories {
      categories[category.name] =
        category.isPaired
        ? ["acc": .number(category.accuracy), "acc_plus": .number(category.pairAccuracy), "score": .number(category.score)] : failure
    }
    var result: OrderedDictionary<String, JSONValue> = [:]
    for (name, members) in [("mme_perception_score", MMEFigures.perception), ("mme_cognition_score", MMEFigures.cognition)] {
      let present = figures.categories.filter { members.contains($0.name) }
      if !present.isEmpty { result[name] = present.allSatisfy(\.isPaired) ? .number(figures.sum(members)) : failure }
    }
    result["category"] = .object(categories)
    return .object(result)
  }

  /// The authors' tool reads lines of four tab-separated fields, two lines per image.
  private static func official(_ items: [Item]) throws -> JSONValue {
    for item in items where item.prediction.unicodeScalars.contains(where: { ["\t", "\n", "\r"].contains($0) }) {
      throw EvaluatorException(name: "ValueError")
    }
    let figures = figures(items, .official)
    guard figures.categories.allSatisfy(\.isPaired) else { throw EvaluatorException(name: "AssertionError") }
    for category in figures.categories {
      let read = items.filter { $0.category == category.name }.map { MMEScore.verdict($0.prediction, profile: .official) }
      // Precision and recall of no predictions at all.
      if read.allSatisfy({ $0 == .other }) { throw EvaluatorException(name: "ValueError") }
    }
    let scores = figures.categories.map { ($0.name, JSONValue.number($0.score)) }
    var result: OrderedDictionary<String, JSONValue> = ["category": .object(OrderedDictionary(uniqueKeysWithValues: scores))]
    for (name, members) in [("Perception", MMEFigures.perception), ("Cognition", MMEFigures.cognition)]
    where figures.categories.contains(where: { members.contains($0.name) }) {
      result[name] = .number(figures.sum(members))
    }
    return .object(result)
  }

  private static func vlmEvalKit(_ items: [Item]) throws -> JSONValue {
    // It takes the second answer of every image without asking whether there is one.
    let counts = Dictionary(grouping: items) { "\($0.category)/\($0.image)" }.values.map(\.count)
    if counts.contains(1) { throw EvaluatorException(name: "IndexError") }
    let figures = figures(items, .vlmEvalKit)
    var result: OrderedDictionary<String, JSONValue> = [
      "perception": .number(figures.sum(MMEFigures.perception)), "reasoning": .number(figures.sum(MMEFigures.cognition)),
    ]
    for category in figures.categories { result[category.name] = .number(category.score) }
    return .object(result)
  }
}
