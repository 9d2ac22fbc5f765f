import DataFormats
import OrderedCollections

/// `mme`: `{"prediction", "answer"}` to 0 or 1 under lmms-eval's profiles and to the parsed word
/// under all others, as the vectors have it; aggregates of `items` to the scores by category, in
/// the shape that each evaluator prints.
enum MMEVectors: VectorMetric {
  static let name = "mme"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_head": .function("parse"), "mme_official_tool": .profile(.official),
    "vlmevalkit": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch (kind, rules) {
    case ("sample", .function):
      return .string(MMEScore.parse(try text(line, "prediction"), profile: .lmmsEval).word)
    case ("sample", .profile(let profile)) where profile == .official || profile.isVLMEvalKit:
      return .string(MMEScore.parse(try text(line, "prediction"), profile: profile).word)
    case ("sample", .profile(let profile)):
      let score = try MMEScore.score(
        prediction: try text(line, "prediction"), answer: try line["answer"].string(),
        profile: profile)
      return .number(score.value)
    case ("aggregate", .profile(.official)): return try officialTable(try summary(line, .official))
    case ("aggregate", .profile(let profile)) where profile.isVLMEvalKit:
      return try vlmTable(try summary(line, profile))
    case ("aggregate", .profile(let profile)): return lmmsTable(try summary(line, profile))
    case ("aggregate", .function): return lmmsTable(try summary(line, .lmmsEval))
    default: throw unknownKind(kind, line)
    }
  }

  private static func summary(_ line: JSONNode, _ profile: Profile) throws -> MMESummary {
    MMESummary(
      try line["items"].list().map { item in
        MMERow(
          category: try item["category"].string(), image: try item["question_id"].string(),
          prediction: try text(item, "prediction"),
          answer: try item["answer"].string())
      }, profile: profile)
  }

  private static func lmmsTable(_ summary: MMESummary) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [:]
    members["mme_perception_score"] = summary.perception.map { value($0) { .number($0) } }
    members["mme_cognition_score"] = summary.cognition.map { value($0) { .number($0) } }
    members["category"] = .object(
      summary.categories.mapValues { result in
        value(result) {
          [
            "acc": .number($0.accuracy), "acc_plus": .number($0.accuracyPlus),
            "score": .number($0.score),
          ]
        }
      })
    return .object(members)
  }

  /// Null for a subset of the categories: the tool needs the files of all.
  private static func officialTable(_ summary: MMESummary) throws -> JSONValue {
    guard summary.isComplete, let perception = summary.perception, let cognition = summary.cognition
    else { return .null }
    let known = MMESummary.perceptionCategories + MMESummary.cognitionCategories
    return [
      "Perception": .number(try perception.get()), "Cognition": .number(try cognition.get()),
      "category": .object(
        try summary.categories.filter { known.contains($0.key) }.mapValues {
          .number(try $0.get().score)
        }),
    ]
  }

  /// Null for a subset of the categories: VLMEvalKit fails on the first that is missing.
  private static func vlmTable(_ summary: MMESummary) throws -> JSONValue {
    guard summary.isComplete, let perception = summary.perception, let cognition = summary.cognition
    else { return .null }
    var members = try summary.categories.mapValues { JSONValue.number(try $0.get().score) }
    members["perception"] = .number(try perception.get())
    members["reasoning"] = .number(try cognition.get())
    return .object(members)
  }

  private static func value<T>(
    _ result: Result<T, EvaluatorException>, _ json: (T) -> JSONValue
  ) -> JSONValue {
    switch result {
    case .success(let value): json(value)
    case .failure(let exception): ["error": .string(exception.name)]
    }
  }
}
