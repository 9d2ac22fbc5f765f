import DataFormats

/// `prompts`: `{"task", "doc"}` to the text behind the image; evaluators are the complete prompts
/// of two model families.
enum PromptVectors: VectorMetric {
  static let name = "prompts"
  static let evaluators: [String: EvaluatorRules] = [
    "llava_vicuna_v1": .function("vicuna_v1"), "llava_next_qwen_1_5": .function("qwen_1_5"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard kind == "sample" else { throw unknownKind(kind, line) }
    let context = try prompt(line).context
    guard case .function(let name) = rules, let template = BenchmarkPrompt.Template(rawValue: name)
    else { return .string(context) }
    return .string(BenchmarkPrompt.conversation(context, template: template))
  }

  private static func prompt(_ line: JSONNode) throws -> BenchmarkPrompt {
    let task = try line["task"]
    let document = try line["doc"]
    func question() throws -> String { try document["question"].string() }
    switch try task.string() {
    case "docvqa": return .docVQA(question: try question())
    case "infovqa": return .infoVQA(question: try question())
    case "chartqa": return .chartQA(question: try question())
    case "textvqa":
      let showsTokens = try document.optional("ocr")?.bool() ?? false
      return .textVQA(
        question: try question(),
        ocrTokens: showsTokens ? try document["ocr_tokens"].strings() : nil)
    case "ocrbench": return .ocrBench(question: try question())
    case "mmbench":
      let options = try ["A", "B", "C", "D", "E"].map {
        (letter: $0, text: try document.optional($0)?.string())
      }
      return .mmBench(
        question: try question(), hint: try document.optional("hint")?.string(), options: options)
    case "mme": return .mme(question: try question())
    case "refcoco": return .refCOCO(sentence: try document["answer"].string())
    default:
      throw MetricError(
        .invalidLine, "there is no prompt for the task \"\(try task.string())\"", at: task.location)
    }
  }
}
