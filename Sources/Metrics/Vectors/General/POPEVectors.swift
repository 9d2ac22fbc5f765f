import DataFormats
import PythonText

/// `pope`: `{"prediction", "answer"}` to 1 or 0; aggregates of `items` with their set to the
/// figures that each evaluator prints.
enum POPEVectors: VectorMetric {
  static let name = "pope"
  static let evaluators = letterEvaluators.merging([
    "llava mean F1 of the three sets": .function("mean F1")
  ]) { first, _ in first }

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "sample": return written(try score(line, profile(of: rules)), rules)
    case "aggregate":
      let items = try line["items"].list()
      if rules == .function("mean F1") { return try meanF1(items) }
      let profile = profile(of: rules)
      switch profile.evaluator {
      case .lmmsEval: return try pooled(items, profile)
      case .official, .llava: return try perSet(items)
      case .vlmEvalKit: return try vlmTable(items, profile)
      }
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    POPEScore.score(
      prediction: try text(line, "prediction"), answer: try line["answer"].string(),
      profile: profile)
  }

  private static func counts(
    _ items: [JSONNode], _ profile: Profile, othersAreNo: Bool
  ) throws -> YesNoCounts {
    var counts = YesNoCounts()
    for item in items {
      let score = try score(item, profile)
      counts.add(
        given: PythonString(score.extracted ?? "").lower().text,
        answerIsYes: PythonString(try item["answer"].string()).lower() == "yes",
        isRight: score.value == 1, othersAreNo: othersAreNo)
    }
    return counts
  }

  private static func pooled(_ items: [JSONNode], _ profile: Profile) throws -> JSONValue {
    let counts = try counts(items, profile, othersAreNo: false)
    return [
      "pope_accuracy": .number(counts.accuracy ?? 0),
      "pope_precision": .number(counts.precision ?? 0),
      "pope_recall": .number(counts.recall ?? 0), "pope_f1_score": .number(counts.f1),
      "pope_yes_ratio": .number(YesNoCounts.share(counts.yesLabels, counts.rows) ?? 0),
    ]
  }

  private static func sets(_ items: [JSONNode]) throws -> [(name: String, items: [JSONNode])] {
    var order: [String] = []
    var sets: [String: [JSONNode]] = [:]
    for item in items {
      let names = try item["category"].string().split(separator: ",").map(String.init)
      for name in names {
        if sets[name] == nil { order.append(name) }
        sets[name, default: []].append(item)
      }
    }
    return order.map { ($0, sets[$0] ?? []) }
  }

  private static func perSet(_ items: [JSONNode]) throws -> JSONValue {
    .object(
      .init(
        uniqueKeysWithValues: try sets(items).map { name, items in
          let counts = try counts(items, .official, othersAreNo: true)
          guard let precision = counts.precision, let recall = counts.recall,
            precision + recall > 0, let accuracy = counts.accuracy
          else { return (name, ["error": "ZeroDivisionError"]) }
          let yes = counts.truePositive + counts.falsePositive
          return (
            name,
            [
              "acc": .number(accuracy), "precision": .number(precision), "recall": .number(recall),
              "f1": .number(counts.f1), "yes_ratio": .number(Double(yes) / Double(counts.rows)),
            ]
          )
        }))
  }

  private static func meanF1(_ items: [JSONNode]) throws -> JSONValue {
    let values = try sets(items).map { _, items -> Double? in
      let counts = try counts(items, .official, othersAreNo: true)
      guard let p = counts.precision, let r = counts.recall, p + r > 0 else { return nil }
      return counts.f1
    }
    let known = values.compactMap { $0 }
    return known.count == 3 ? .mean(known) : .null
  }

  private static func vlmTable(_ items: [JSONNode], _ profile: Profile) throws -> JSONValue {
    func row(_ items: [JSONNode]) throws -> JSONValue {
      let counts = try counts(items, profile, othersAreNo: true)
      return [
        "Overall": .number(counts.f1 * 100), "acc": .number((counts.accuracy ?? 0) * 100),
        "precision": .number((counts.precision ?? 0) * 100),
        "recall": .number((counts.recall ?? 0) * 100),
      ]
    }
    let sets = try sets(items)
    var table: [(String, JSONValue)] = [("Overall", try row(sets.flatMap(\.items)))]
    for (name, items) in sets { table.append((name, try row(items))) }
    return .object(.init(uniqueKeysWithValues: table))
  }
}
