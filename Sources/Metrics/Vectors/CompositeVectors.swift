import DataFormats

/// `composite`: five figures to the Score_fine that the paper prints.
enum CompositeVectors: VectorMetric {
  static let name = "composite"
  static let evaluators: [String: EvaluatorRules] = [:]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard kind == "sample" else { throw unknownKind(kind, line) }
    let score = FineScore(
      docVQA: try line["docvqa"].double(), chartQA: try line["chartqa"].double(),
      infoVQA: try line["infovqa"].double(),
      textVQA: try line["textvqa"].double(), ocrBenchOver10: try line["ocrbench_over_10"].double())
    return .number(score.score.value)
  }
}
