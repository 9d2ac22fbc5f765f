import DataFormats
import OrderedCollections

/// `ocrbench`: `{"dataset", "question_type", "answer", "prediction"}` to 0 or 1; aggregates of `items` by kind.
enum OCRBenchVectors: VectorMetric {
  static let name = "ocrbench"
  static let evaluators: [String: EvaluatorRules] = [
    "lmms_eval_v0.3.0": .profile(.lmmsEval03), "lmms_eval_v0.2.4": .profile(.lmmsEval02),
    "official_multimodalocr": .profile(.official), "vlmevalkit": .profile(.vlmEvalKit),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard case .profile(let profile) = rules else { throw unsupported(rules, kind: kind, line) }
    switch kind {
    case "sample": return .integer(try hit(line, profile))
    case "aggregate":
      let items = try line["items"].list()
      return aggregate(try items.map { (type: try $0["question_type"].string(), hit: try hit($0, profile)) }, profile)
    default: throw unknownKind(kind, line)
    }
  }

  private static func hit(_ line: JSONNode, _ profile: Profile) throws -> Int {
    let answer = try line["answer"]
    let type = try line["question_type"].string()
    // VLMEvalKit's table has no data set names.
    let isFormula = profile.isVLMEvalKit
      ? type == "Handwritten Mathematical Expression Recognition" : try line["dataset"].string() == "HME100k"
    let answers = try answer.value.stringValue.map { [$0] } ?? answer.strings()
    return Int(OCRBenchScore.score(prediction: try text(line, "prediction"), answers: answers, isFormula: isFormula, profile: profile).value)
  }

  private static let types = [
    "Regular Text Recognition", "Irregular Text Recognition", "Artistic Text Recognition", "Handwriting Recognition",
    "Digit String Recognition", "Non-Semantic Text Recognition", "Scene Text-centric VQA", "Doc-oriented VQA",
    "Key Information Extraction", "Handwritten Mathematical Expression Recognition",
  ]

  /// Hits by kind and in all, in the words of the evaluator.
  private static func aggregate(_ items: [(type: String, hit: Int)], _ profile: Profile) -> JSONValue {
    var hits = [String: Int]()
    for item in items { hits[item.type, default: 0] += item.hit }
    func sum(_ members: some Sequence<String>) -> Int { members.reduce(0) { $0 + (hits[$1] ?? 0) } }
    let recognition = sum(types[..<6])
    let final = sum(types)
    if profile.isVLMEvalKit {
      var result: OrderedDictionary<String, JSONValue> = ["Text Recognition": .integer(recognition)]
      for type in types[6...] { result[type] = .integer(sum([type])) }
      result["Final Score"] = .integer(final)
      result["Final Score Norm"] = .number(Double(final) / 10)
      return .object(result)
    }
    return [
      "ocrbench_accuracy": .number(Double(final) / 1000),
      "by_question_type": .object(OrderedDictionary(uniqueKeysWithValues: types.map { ($0, .integer(sum([$0]))) })),
      "text_recognition": .integer(recognition), "scene_text_vqa": .integer(sum([types[6]])), "doc_oriented_vqa": .integer(sum([types[7]])),
      "kie": .integer(sum([types[8]])), "hmer": .integer(sum([types[9]])), "final_score": .integer(final),
    ]
  }
}
