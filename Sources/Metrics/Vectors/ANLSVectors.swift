import DataFormats

/// `anls`: `{"prediction", "answers"}` to a score; aggregates of `items` to `{"anls"}`, or to the
/// bare mean.
enum ANLSVectors: VectorMetric {
  static let name = "anls"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "lmms_eval_v0.2.4": .profile(.lmmsEval02),
    "rrc_official_unstripped": .profile(.official), "vlmevalkit_unstripped": .profile(.vlmEvalKit),
    "vlmevalkit": .profile(.vlmEvalKit), "mp_docvqa": .function("mp_docvqa"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch kind {
    case "sample": return .number(try score(line, rules))
    case "aggregate":
      let mean = JSONValue.mean(try line["items"].list().map { try score($0, rules) })
      // The vectors give lmms-eval's figure by its name, and those of other evaluators bare.
      return rules == .profile(.lmmsEval) ? ["anls": mean] : mean
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ rules: EvaluatorRules) throws -> Double {
    let prediction = try text(line, "prediction")
    let answers = try line["answers"].strings()
    switch rules {
    case .profile(let profile):
      return ANLS.score(prediction: prediction, answers: answers, profile: profile).value
    case .function: return ANLS.multiPageScore(prediction: prediction, answers: answers)
    }
  }
}
