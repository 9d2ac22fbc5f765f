import DataFormats

/// `relaxed_accuracy`: `{"prediction", "answer"}` to 0 or 1; aggregates of `items` with `type` to
/// the three figures.
enum RelaxedAccuracyVectors: VectorMetric {
  static let name = "relaxed_accuracy"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "lmms_eval_v0.2.4": .profile(.lmmsEval02),
    "vlmevalkit": .profile(.vlmEvalKit), "pix2struct_unstripped": .profile(.official),
    // lmms-eval's function called directly, without its pipeline that strips the prediction.
    "lmms_function_unstripped": .profile(.official),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard case .profile(let profile) = rules else { throw unsupported(rules, kind: kind, line) }
    switch kind {
    case "sample": return .number(try score(line, profile))
    case "aggregate":
      let items = try line["items"].list()
      let scores = try items.map { (type: try $0["type"].string(), value: try score($0, profile)) }
      return [
        "relaxed_overall": .mean(scores.map(\.value)),
        "relaxed_human_split": .mean(scores.filter { $0.type == "human_test" }.map(\.value)),
        "relaxed_augmented_split": .mean(
          scores.filter { $0.type == "augmented_test" }.map(\.value)),
      ]
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> Double {
    RelaxedAccuracy.score(
      prediction: try text(line, "prediction"), answer: try line["answer"].string(),
      profile: profile
    ).value
  }
}
