import DataFormats
import OrderedCollections
import PythonText

/// `seedbench`: `{"prediction", "answer", "options"}` to 1 or 0; aggregates of `items` to the means
/// by kind of data.
enum SEEDBenchVectors: VectorMetric {
  static let name = "seedbench"
  static let evaluators = letterEvaluators.merging([
    "vlmevalkit (image rows)": .function("image rows")
  ]) { first, _ in first }

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "sample": return written(try score(line, profile(of: rules)), rules)
    case "aggregate":
      let profile = rules == .function("image rows") ? .vlmEvalKit : profile(of: rules)
      let items = try line["items"].list()
      func values(_ type: String?) throws -> [Double] {
        try items.filter { try type == nil || $0["data_type"].string() == type }.map {
          try score($0, profile).value
        }
      }
      if rules == .function("image rows") { return .mean(try values("image")) }
      if items.isEmpty { throw EvaluatorException(name: "ZeroDivisionError") }
      var figures: [(String, JSONValue)] = []
      for type in ["image", "video"] {
        figures.append(("seed_\(type)", .mean(try values(type))))
      }
      figures.append(("seed_all", .mean(try values(nil))))
      return .object(.init(uniqueKeysWithValues: figures))
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    SEEDBenchScore.score(
      prediction: try text(line, "prediction"), options: try optionTexts(line),
      answer: try line["answer"].string(), profile: profile)
  }
}

/// `mmstar`: as `seedbench`; aggregates to the mean of the parts.
enum MMStarVectors: VectorMetric {
  static let name = "mmstar"
  static let evaluators = letterEvaluators

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile = profile(of: rules)
    switch kind {
    case "sample": return written(try score(line, profile), rules)
    case "aggregate":
      let summary = MMStarSummary(
        try line["items"].list().map { item in
          .init(
            category: try item["category"].string(), part: try item["l2_category"].string(),
            value: try score(item, profile).value)
        })
      switch profile.evaluator {
      case .official: return try officialTable(line, profile)
      case .vlmEvalKit:
        return table("Overall", summary.accuracy, summary.categoryAccuracy)
      default:
        return table("average", summary.average, summary.categories)
      }
    default: throw unknownKind(kind, line)
    }
  }

  private static func table(
    _ name: String, _ value: Double, _ categories: OrderedDictionary<String, Double>
  ) -> JSONValue {
    var figures: OrderedDictionary<String, JSONValue> = [name: .number(value)]
    for (category, value) in categories { figures[category] = .number(value) }
    return .object(figures)
  }

  /// The authors divide by the sizes of the complete data, and by a part's own.
  private static func officialTable(_ line: JSONNode, _ profile: Profile) throws -> JSONValue {
    var hits: [String: Double] = [:]
    var counts: [String: Int] = [:]
    for item in try line["items"].list() {
      let category = try item["category"].string()
      let value = try score(item, profile).value
      for key in ["final score", category, "\(category)(\(try item["l2_category"].string()))"] {
        hits[key, default: 0] += value
        counts[key, default: 0] += 1
      }
    }
    var table: [(String, JSONValue)] = [("final score", .number((hits["final score"] ?? 0) / 1500))]
    for (category, parts) in MMStarParts.all {
      table.append((category, .number((hits[category] ?? 0) / 250)))
      for part in parts {
        let key = "\(category)(\(part))"
        guard let count = counts[key] else { throw EvaluatorException(name: "ZeroDivisionError") }
        table.append((key, .number((hits[key] ?? 0) / Double(count))))
      }
    }
    return .object(.init(uniqueKeysWithValues: table))
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    MMStarScore.score(
      prediction: try text(line, "prediction"), options: try optionTexts(line),
      answer: try line["answer"].string(), profile: profile)
  }
}

/// `ai2d`: `{"prediction", "options", "answer": "0"}` to 1 or 0.
enum AI2DVectors: VectorMetric {
  static let name = "ai2d"
  static let evaluators = letterEvaluators

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile = profile(of: rules)
    switch kind {
    case "sample": return written(try score(line, profile), rules)
    case "aggregate":
      let items = try line["items"].list()
      let scored = try items.map {
        (try $0.optional("category")?.string() ?? "", try score($0, profile).value)
      }
      return categoryMeans(scored, profile)
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    let node = try line["answer"]
    guard let answer = Int(try node.string()) else { throw node.mismatch("an index as text") }
    return AI2DScore.score(
      prediction: try text(line, "prediction"), options: try line["options"].strings(),
      answer: answer, profile: profile)
  }
}

/// `realworldqa`: `{"prediction", "question", "answer"}` to 1 or 0, with `options` where a table
/// has them.
enum RealWorldQAVectors: VectorMetric {
  static let name = "realworldqa"
  static let evaluators = letterEvaluators

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile = profile(of: rules)
    switch kind {
    case "sample": return written(try score(line, profile), rules)
    case "aggregate":
      return ["exact_match": .mean(try line["items"].list().map { try score($0, profile).value })]
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    RealWorldQAScore.score(
      prediction: try text(line, "prediction"), question: try text(line, "question"),
      options: try optionTexts(line), answer: try line["answer"].string(), profile: profile)
  }
}

/// `scienceqa`: `{"prediction", "choices", "answer": 0}` to 1 or 0; aggregates over rows with
/// images and over all.
enum ScienceQAVectors: VectorMetric {
  static let name = "scienceqa"
  static let evaluators = letterEvaluators.merging([
    "official:parsed (null = random draw)": .function("parsed official")
  ]) { first, _ in first }

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile = profile(of: rules)
    switch kind {
    case "sample":
      if rules == .function("parsed llava") {
        let letter = ScienceQAScore.llavaLetter(PythonString(try text(line, "prediction")))
        return .string(letter?.text ?? "FAILED")
      }
      return written(try score(line, profile), rules)
    case "aggregate":
      let items = try line["items"].list()
      let all = try items.map { try score($0, profile).value }
      let withImage = try zip(items, all).filter { try $0.0["image"].bool() }.map(\.1)
      guard profile.evaluator == .llava else {
        return [
          "scienceqa_img exact_match": .mean(withImage), "scienceqa exact_match": .mean(all),
        ]
      }
      func percent(_ values: [Double]) throws -> Double {
        if values.isEmpty { throw EvaluatorException(name: "ZeroDivisionError") }
        return values.reduce(0, +) / Double(values.count) * 100
      }
      let figures = [try percent(all), try percent(withImage)]
      return [
        "accuracy": .number(figures[0]), "img_accuracy": .number(figures[1]),
        "printed": .array(figures.map { .string(PythonNumbers.twoDecimals($0)) }),
      ]
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    ScienceQAScore.score(
      prediction: try text(line, "prediction"), choices: try line["choices"].strings(),
      answer: try line["answer"].int(), profile: profile)
  }
}

/// `gqa`: `{"prediction", "answer"}` to 1 or 0; `llava-conversion` to the converted text.
enum GQAVectors: VectorMetric {
  static let name = "gqa"
  static let evaluators: [String: EvaluatorRules] = [
    "llava-conversion": .function("conversion"), "official+llava-conversion": .profile(.llava),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    let profile = profile(of: rules)
    switch kind {
    case "sample":
      if rules == .function("conversion") {
        return .string(GQAScore.converted(PythonString(try text(line, "prediction"))).text)
      }
      return .number(try score(line, profile).value)
    case "aggregate":
      let items = try line["items"].list()
      let values = try items.map { try score($0, profile).value }
      switch profile.evaluator {
      case .lmmsEval: return ["exact_match": .mean(values)]
      case .vlmEvalKit:
        return .number(values.reduce(0, +) / Double(values.count) * 100)
      case .official, .llava: return try GQATable(items, values, profile).json
      }
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> MetricScore {
    GQAScore.score(
      prediction: try text(line, "prediction"), answer: try line["answer"].string(),
      profile: profile)
  }
}

extension VectorMetric {
  /// What most of the eight know beside the profiles: the letter that was read.
  static var letterEvaluators: [String: EvaluatorRules] {
    Dictionary(
      uniqueKeysWithValues: Profile.allCases.map {
        ("\($0.rawValue):parsed", .function("parsed \($0.rawValue)"))
      })
  }

  /// The profile that a line is scored under; `parsed X` is that of X.
  static func profile(of rules: EvaluatorRules) -> Profile {
    switch rules {
    case .profile(let profile): profile
    case .function(let name):
      name.hasPrefix("parsed ")
        ? Profile(rawValue: String(name.dropFirst(7))) ?? .lmmsEval : .lmmsEval
    }
  }

  /// The score, or what was read where the rules ask for that; null where nothing was.
  static func written(_ score: MetricScore, _ rules: EvaluatorRules) -> JSONValue {
    guard case .function(let name) = rules, name.hasPrefix("parsed ") else {
      return .number(score.value)
    }
    return score.extracted.map { .string($0) } ?? .null
  }

  /// The options of a line: `{"A": ..., "B": ...}` or a list; none where there are none.
  static func optionTexts(_ line: JSONNode) throws -> [String] {
    guard let node = try line.optional("options") else { return [] }
    if node.value.arrayValue != nil { return try node.strings() }
    return try OptionLetter.letters.compactMap { try node.optional(String($0))?.string() }
  }

  /// The mean, for VLMEvalKit with that of each category.
  static func categoryMeans(
    _ rows: [(category: String, value: Double)], _ profile: Profile
  )
    -> JSONValue
  {
    guard profile.isVLMEvalKit else { return ["exact_match": .mean(rows.map(\.value))] }
    var figures: [(String, JSONValue)] = [("Overall", .mean(rows.map(\.value)))]
    var seen: Set<String> = []
    for row in rows where seen.insert(row.category).inserted {
      figures.append(
        (row.category, .mean(rows.filter { $0.category == row.category }.map(\.value))))
    }
    return .object(.init(figures) { first, _ in first })
  }
}
