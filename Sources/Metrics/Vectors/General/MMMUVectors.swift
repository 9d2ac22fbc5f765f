import DataFormats
import PythonText

/// `mmmu`: `multiple_choice` to a letter, or null where one is drawn; `open` to 1 or 0;
/// `random_choice` to CPython's draws; aggregates with the draws in the evaluator's order.
enum MMMUVectors: VectorMetric {
  static let name = "mmmu"
  static let evaluators: [String: EvaluatorRules] = [
    "vlmevalkit:score": .function("score vlmevalkit"),
    "vlmevalkit:parsed": .function("parsed vlmevalkit"),
    "lmms-eval:table": .function("table lmms-eval"),
    "lmms-eval-0.3:table": .function("table lmms-eval-0.3"),
    "official (seed 42)": .function("official table"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "multiple_choice":
      let isScore = rules == .function("score vlmevalkit")
      let read = MMMUMultipleChoice.letter(
        prediction: try text(line, "prediction"), options: try line["options"].strings(),
        profile: isScore ? .vlmEvalKit : profile(of: rules))
      let answer = try line["answer"].string()
      if isScore { return .number(read.letter == answer ? 1 : 0) }
      return read.letter.map { .string($0) } ?? .null
    case "open":
      return written(
        MMMUOpenAnswer.score(
          prediction: try text(line, "prediction"),
          answers: try answers(line["answer"], profile(of: rules)), profile: profile(of: rules)),
        rules)
    case "random_choice":
      var random = PythonRandom(seed: try line["seed"].int())
      return .array(
        try line["sizes"].list().map { size in
          let count = try size.int()
          guard count > 0 else { throw size.mismatch("at least 1") }
          return .integer(random.below(count))
        })
    case "aggregate": return try aggregate(line, rules)
    default: throw unknownKind(kind, line)
    }
  }

  /// lmms-eval gets a list of accepted answers as one text.
  private static func answers(_ node: JSONNode, _ profile: Profile) throws -> [String] {
    guard node.value.arrayValue != nil else { return [try node.string()] }
    return try node.strings()
  }

  private static func aggregate(_ line: JSONNode, _ rules: EvaluatorRules) throws -> JSONValue {
    var profile = Profile.lmmsEval
    switch rules {
    case .profile(let given): profile = given
    case .function("official table"): profile = .official
    case .function("table lmms-eval-0.3"): profile = .lmmsEval03
    case .function: break
    }
    let questions = try line["items"].list().map { item in
      let isChoice = try item["question_type"].string() == "multiple-choice"
      return MMMUQuestion(
        id: try item["id"].string(), options: isChoice ? try item["options"].strings() : nil,
        answers: try answers(item["answer"], profile), prediction: try text(item, "prediction"))
    }
    let scored = MMMUSummary(questions, profile: profile)
    switch rules {
    case .function("official table"):
      return [
        "overall": .number(scored.overall),
        "domains": .object(
          .init(
            uniqueKeysWithValues: scored.domains.map { ($0.name, .number($0.accuracy ?? 0)) })),
        "subjects": .object(
          .init(
            uniqueKeysWithValues: scored.subjects.map { ($0.name, .number($0.accuracy ?? 0)) })),
        "letters": .array(scored.letters.map { $0.map { .string($0) } ?? .null }),
      ]
    case .function: return lmmsTable(scored)
    default:
      return [
        "mmmu_acc": .number(PythonNumbers.rounded(scored.overall, places: 5)), "seed": .integer(0),
      ]
    }
  }

  private static func lmmsTable(_ scored: MMMUSummary) -> JSONValue {
    func entry(_ group: MMMUSummary.Group) -> JSONValue {
      [
        "num": .integer(group.count),
        "acc": .number(PythonNumbers.rounded(group.accuracy ?? 0, places: 5)),
      ]
    }
    var table: [(String, JSONValue)] = []
    for domain in scored.domains {
      table.append(("Overall-\(domain.name)", entry(domain)))
      for subject in scored.subjects where domain.subjects.contains(subject.name) {
        table.append((subject.name, entry(subject)))
      }
    }
    let all = MMMUSummary.Group(name: "Overall", values: scored.values)
    table.append(("Overall", entry(all)))
    return .object(.init(uniqueKeysWithValues: table))
  }
}
