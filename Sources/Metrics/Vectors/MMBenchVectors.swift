import DataFormats
import OrderedCollections

/// `mmbench`: `extract` of `{"prediction", "options"}` to a letter or null; aggregates of `items`
/// to the shares of hits.
///
/// The vectors' own defaults differ between the kinds: `can_infer` for extraction, the judge-free
/// static rule for aggregates.
enum MMBenchVectors: VectorMetric {
  static let name = "mmbench"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_can_infer": .function("can_infer"), "lmms_eval_static": .function("static"),
    "lmms_mcq_extract_only": .function("static_only"),
    "vlmevalkit_can_infer": .profile(.vlmEvalKit),
    "vlmevalkit_exact_matching": .profile(.vlmEvalKit),
    // lmms-eval's task with a judge model: a result only where the judge is never asked.
    "lmms_eval_openai": .function("judge"),
    "lmms_eval_openai_needs_judge": .function("needs_judge"),
    "lmms_eval_openai_judge_unavailable": .function("judge_unavailable"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "extract":
      let extraction = MMBenchExtraction.extract(
        prediction: try text(line, "prediction"), options: try options(try line["options"]),
        rules: rules == .profile(.lmmsEval) ? .canInfer : extractionRules(rules))
      return extraction.letter.map { .string($0) } ?? .null
    case "aggregate": return try aggregate(line, rules)
    default: throw unknownKind(kind, line)
    }
  }

  private static func extractionRules(_ rules: EvaluatorRules) -> MMBenchExtraction.Rules {
    switch rules {
    case .profile(let profile): MMBenchScore.rules(of: profile)
    case .function("static"): .staticRule
    case .function("static_only"): .staticRuleOnly
    case .function: .canInfer
    }
  }

  private static func aggregate(_ line: JSONNode, _ rules: EvaluatorRules) throws -> JSONValue {
    let extraction = extractionRules(rules)
    let items = try line["items"].list()
    let chance = rules == .function("judge_unavailable") ? try chanceHits(items) : nil
    let summary = MMBenchSummary(
      try items.map { item in
        if let chance {
          let hit = chance[MMBenchSummary.base(try item["index"].int())] ?? false
          return MMBenchRow(
            index: try item["index"].int(), category: try text(item, "category"),
            l2Category: try text(item, "L2-category"),
            score: MetricScore(value: hit ? 1 : 0, rule: "judge unavailable"))
        }
        return MMBenchRow(
          index: try item["index"].int(), category: try text(item, "category"),
          l2Category: try text(item, "L2-category"),
          score: MMBenchScore.score(
            .extract(
              prediction: try text(item, "prediction"), options: try options(item),
              rules: extraction),
            answer: try item["answer"].string()))
      })
    switch rules {
    case .function("needs_judge"): return .bool(summary.undecidedQuestions > 0)
    case .function("judge") where summary.undecidedQuestions > 0: return .null
    case .profile(let profile) where profile.isVLMEvalKit || profile == .official:
      return vlmTable(summary)
    default:
      return [
        "overall": number(summary.overall),
        "category": .object(summary.category.mapValues { .number($0) }),
        "l2_category": .object(summary.l2Category.mapValues { .number($0) }),
      ]
    }
  }

  private static func chanceHits(_ items: [JSONNode]) throws -> [Int: Bool] {
    let columns = try ["A", "B", "C", "D"].count { column in
      try items.contains { try $0.optional(column) != nil }
    }
    return MMBenchUnavailableJudge.hits(
      try items.map { item in
        let read = MMBenchExtraction.extract(
          prediction: try text(item, "prediction"), options: try options(item), rules: .canInfer)
        return .init(
          index: try item["index"].int(), answer: try item["answer"].string(), letter: read.letter)
      }, optionCount: columns)
  }

  private static func options(_ node: JSONNode) throws -> [String?] {
    try MMBenchExtraction.letters.map { try node.optional(String($0))?.string() }
  }

  private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  /// The flat table that VLMEvalKit prints, with its short names of the second level.
  private static func vlmTable(_ summary: MMBenchSummary) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [
      "split": "dev", "Overall": number(summary.overall),
    ]
    for (name, value) in summary.l2Category {
      members[abbreviations[name] ?? name] = .number(value)
    }
    for (name, value) in summary.category { members[abbreviations[name] ?? name] = .number(value) }
    return .object(members)
  }

  private static let abbreviations = [
    "coarse_perception": "CP", "finegrained_perception (instance-level)": "FP-S",
    "finegrained_perception (cross-instance)": "FP-C",
    "logic_reasoning": "LR", "relation_reasoning": "RR", "attribute_reasoning": "AR",
  ]
}
