import DataFormats
import PythonText

/// `prompts_more`: `{"task", "doc"}` to the text behind the image; evaluators are the complete
/// prompts of two model families, and VLMEvalKit's messages.
enum GeneralPromptVectors: VectorMetric {
  static let name = "prompts_more"
  static let evaluators: [String: EvaluatorRules] = [
    "llava_vicuna_v1": .function("vicuna_v1"), "llava_next_qwen_1_5": .function("qwen_1_5"),
    "vlmevalkit": .function("messages"),
  ]

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    guard kind == "prompt" else { throw unknownKind(kind, line) }
    let prompt = try prompt(line)
    guard case .function(let name) = rules else { return .string(prompt.context) }
    guard let template = BenchmarkPrompt.Template(rawValue: name) else {
      // A row of MMMU has seven columns of pictures.
      let count = if case .mmmu = prompt { 7 } else { 1 }
      return .array(prompt.vlmEvalKitMessages(pictures: count).map(written))
    }
    return .string(prompt.conversation(template: template))
  }

  private static func written(_ message: GeneralPrompt.Message) -> JSONValue {
    switch message {
    case .text(let text): ["type": "text", "value": .string(text)]
    case .image(let index): ["type": "image", "value": .string("\(index).jpg")]
    }
  }

  private static func prompt(_ line: JSONNode) throws -> GeneralPrompt {
    let task = try line["task"]
    let document = try line["doc"]
    let question = try document["question"].string()
    switch try task.string() {
    case "seedbench":
      return .seedBench(
        question: question,
        options: try ["a", "b", "c", "d"].map { try document["choice_\($0)"].string() })
    case "mmstar": return .mmStar(question: question)
    case "gqa": return .gqa(question: question)
    case "mmmu_val":
      let isOpen = try document["question_type"].string() == "open"
      return .mmmu(question: question, options: isOpen ? nil : try literal(document["options"]))
    case "pope": return .pope(question: question)
    case "scienceqa_img":
      return .scienceQA(
        question: question, hint: try document["hint"].string(),
        choices: try document["choices"].strings())
    case "ai2d":
      return .ai2d(question: question, options: try document["options"].strings())
    case "realworldqa": return .realWorldQA(question: question)
    default:
      throw MetricError(
        .invalidLine, "there is no prompt for the task \"\(try task.string())\"", at: task.location)
    }
  }

  /// The members of a Python list literal of texts.
  private static func literal(_ node: JSONNode) throws -> [String] {
    let literal = try PythonLiteral.parse(try node.string())
    guard let members = literal.arrayValue else { throw node.mismatch("a Python list literal") }
    return try members.map { member in
      guard let text = member.stringValue else { throw node.mismatch("a list of texts") }
      return text
    }
  }
}
