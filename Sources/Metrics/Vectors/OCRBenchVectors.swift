import DataFormats
import OrderedCollections

/// `ocrbench`: `{"dataset", "question_type", "prediction", "answer"}` to 0 or 1; aggregates of
/// `items` to hits by type, in the shape that each evaluator prints.
enum OCRBenchVectors: VectorMetric {
  static let name = "ocrbench"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "official_multimodalocr": .profile(.official),
    "vlmevalkit": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard case .profile(let profile) = rules else { throw unsupported(rules, kind: kind, line) }
    switch kind {
    case "sample": return .integer(Int(try score(line, profile)))
    case "aggregate":
      let scores = try line["items"].list().map {
        (questionType: try $0["question_type"].string(), value: try score($0, profile))
      }
      return table(try OCRBenchSummary(scores), profile)
    default: throw unknownKind(kind, line)
    }
  }

  private static func score(_ line: JSONNode, _ profile: Profile) throws -> Double {
    let answer = try line["answer"]
    let answers =
      if let single = answer.value.stringValue { [single] } else { try answer.strings() }
    return OCRBenchScore.score(
      prediction: try text(line, "prediction"), answers: answers,
      dataset: try line.optional("dataset")?.string(),
      questionType: try line.optional("question_type")?.string(), profile: profile
    ).value
  }

  private static func table(_ summary: OCRBenchSummary, _ profile: Profile) -> JSONValue {
    if profile.isVLMEvalKit {
      return [
        "Text Recognition": .integer(summary.textRecognition),
        "Scene Text-centric VQA": .integer(summary.sceneTextVQA),
        "Doc-oriented VQA": .integer(summary.docOrientedVQA),
        "Key Information Extraction": .integer(summary.keyInformationExtraction),
        "Handwritten Mathematical Expression Recognition": .integer(summary.formulaRecognition),
        "Final Score": .integer(summary.final),
        "Final Score Norm": .number(Double(summary.final) / 10),
      ]
    }
    var members: OrderedDictionary<String, JSONValue> = [
      "ocrbench_accuracy": .number(Double(summary.final) / 1000),
      "by_question_type": .object(summary.hits.mapValues { .integer($0) }),
    ]
    guard profile == .lmmsEval || profile == .official else { return .object(members) }
    members["text_recognition"] = .integer(summary.textRecognition)
    members["scene_text_vqa"] = .integer(summary.sceneTextVQA)
    members["doc_oriented_vqa"] = .integer(summary.docOrientedVQA)
    members["kie"] = .integer(summary.keyInformationExtraction)
    members["hmer"] = .integer(summary.formulaRecognition)
    members["final_score"] = .integer(summary.final)
    return .object(members)
  }
}
