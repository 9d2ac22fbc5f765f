import DataFormats
import PythonText

/// `vqa_accuracy`: `{"input"}` to its normal form; `{"prediction", "answers"}` to a score; aggregates of `items`.
enum VQAAccuracyVectors: VectorMetric {
  static let name = "vqa_accuracy"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "lmms_eval_v0.2.4": .profile(.lmmsEval02), "mmf_unstripped": .profile(.official),
    "mmf_m4c": .profile(.official), "evalai_processor_unstripped": .profile(.official), "vlmevalkit": .profile(.vlmEvalKit),
    "vlmevalkit_process_answer": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard case .profile(let profile) = rules else { throw unsupported(rules, kind: kind, line) }
    switch kind {
    case "normalize":
      let input = PythonString(try line["input"].string())
      switch profile {
      case .vlmEvalKit, .vlmEvalKit2024: return .string(VQAAnswerProcessor.vlmEvalKitProcessed(input).text)
      case .official: return .string(VQAAnswerProcessor.processed(input).text)
      default: return .string(VQAAnswerProcessor.processed(input.strip()).text)
      }
    case "sample": return .number(try score(line, profile))
    case "aggregate":
      return ["exact_match": .mean(try line["items"].list().map { try score($0, profile) })]
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> Double {
    let answers = try line["answers"].strings()
    // mmf's evaluator asserts ten answers; lmms-eval takes the mean of what there is.
    if profile == .official, answers.count != 10 { throw EvaluatorException(name: "AssertionError") }
    if answers.isEmpty { throw EvaluatorException(name: "StatisticsError") }
    return VQAAccuracy.score(prediction: try text(line, "prediction"), answers: answers, profile: profile).value
  }
}
