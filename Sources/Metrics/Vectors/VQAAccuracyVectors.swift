import DataFormats
import PythonText

/// `vqa_accuracy`: `normalize` of `input` to its normal form; `{"prediction", "answers"}` to a
/// score; aggregates of `items` to `{"exact_match"}`.
enum VQAAccuracyVectors: VectorMetric {
  static let name = "vqa_accuracy"
  static let evaluators: [String: EvaluatorRules] = [
    "mmf_unstripped": .profile(.official), "mmf_m4c": .profile(.official),
    // lmms-eval's processor called directly, without its pipeline that strips the prediction; the
    // processor strips it too.
    "evalai_processor_unstripped": .profile(.lmmsEval),
    "vlmevalkit": .profile(.vlmEvalKit), "vlmevalkit_process_answer": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard case .profile(let profile) = rules else { throw unsupported(rules, kind: kind, line) }
    switch kind {
    case "normalize":
      return .string(
        VQAAnswerNormaliser.normalized(PythonString(try text(line, "input")), profile: profile).text
      )
    case "sample": return .number(try score(line, profile))
    case "aggregate":
      return ["exact_match": .mean(try line["items"].list().map { try score($0, profile) })]
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> Double {
    try VQAAccuracy.score(
      prediction: try text(line, "prediction"), answers: try line["answers"].strings(),
      profile: profile
    ).value
  }
}
