import DataFormats
import OrderedCollections

/// `mmbench`: `{"prediction", "options"}` to a letter or null; aggregates of `items` to the circular figures.
///
/// Extraction lines are scored by `can_infer` by default, aggregates by the judge-free static rule, as in the vectors.
enum MMBenchVectors: VectorMetric {
  static let name = "mmbench"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_can_infer": .function("can_infer"), "lmms_eval_static": .function("static"),
    "lmms_mcq_extract_only": .function("extract"), "vlmevalkit_can_infer": .profile(.vlmEvalKit),
    "vlmevalkit_exact_matching": .profile(.vlmEvalKit), "vlmevalkit": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "extract":
      let letter = extracted(try text(line, "prediction"), options: try options(line["options"]), rules)
      return letter.map { .string($0) } ?? .null
    case "aggregate": return try aggregate(try line["items"].list(), rules)
    default: throw unknownKind(kind, line)
    }
  }

  private static func extracted(_ prediction: String, options: MMBenchScore.Options, _ rules: EvaluatorRules) -> String? {
    switch rules {
    case .profile(.vlmEvalKit2024): VLMEvalKitOption.canInfer(prediction, options: options, boundsLength: false)
    case .profile(.vlmEvalKit), .profile(.official): VLMEvalKitOption.canInfer(prediction, options: options)
    case .function("static"): MMBenchScore.extracted(prediction, options: options, profile: .lmmsEval)
    case .function("extract"): LMMsEvalOption.extracted(prediction, options: options)
    default: LMMsEvalOption.canInfer(prediction, options: options)
    }
  }

  private static func options(_ node: JSONNode) throws -> MMBenchScore.Options {
    try ["A", "B", "C", "D", "E"].map { ($0, try node.optional($0)?.string()) }
  }

  private static func aggregate(_ items: [JSONNode], _ rules: EvaluatorRules) throws -> JSONValue {
    let isVLMEvalKit = rules == .profile(.vlmEvalKit) || rules == .profile(.vlmEvalKit2024) || rules == .profile(.official)
    let rows = try items.map { item in
      let score = MMBenchScore.score(
        prediction: try text(item, "prediction"), answer: try item["answer"].string(), options: try options(item),
        profile: rules == .profile(.vlmEvalKit2024) ? .vlmEvalKit2024 : isVLMEvalKit ? .vlmEvalKit : .lmmsEval)
      return MMBenchFigures.Row(
        index: try item["index"].int(), category: try item["category"].string(),
        group: try (item.optional("L2-category") ?? item["l2-category"]).string(), isCorrect: score.value == 1,
        isExtracted: score.extracted != nil)
    }
    let figures = MMBenchFigures(rows)
    func object(_ shares: [(name: String, value: Double, count: Int)], _ name: (String) -> String = { $0 }) -> OrderedDictionary<String, JSONValue> {
      OrderedDictionary(shares.map { (name($0.name), .number($0.value)) }, uniquingKeysWith: { first, _ in first })
    }
    guard isVLMEvalKit else {
      return [
        "overall": .number(figures.overall), "category": .object(object(figures.shares(by: \.category))),
        "l2_category": .object(object(figures.shares(by: \.group))),
      ]
    }
    var result: OrderedDictionary<String, JSONValue> = ["split": "dev", "Overall": .number(figures.overall)]
    result.merge(object(figures.shares(by: \.group)) { abbreviations[$0] ?? $0 }, uniquingKeysWith: { first, _ in first })
    result.merge(object(figures.shares(by: \.category)), uniquingKeysWith: { first, _ in first })
    return .object(result)
  }

  private static let abbreviations = [
    "coarse_perception": "CP", "finegrained_perception (instance-level)": "FP-S", "finegrained_perception (cross-instance)": "FP-C",
    "logic_reasoning": "LR", "relation_reasoning": "RR", "attribute_reasoning": "AR",
  ]
}
