import Diagnostics

/// How a conversation is written as one text for a model (docs/model.md, 7.1).
public struct ConversationTemplate: Sendable {
  public enum Role: Sendable, Hashable {
    case user
    case assistant
  }

  /// One turn; a text that is nil or empty means "not said yet", which is where the model answers.
  public struct Turn: Sendable, Hashable {
    public var role: Role
    public var text: String?

    public init(_ role: Role, _ text: String?) {
      self.role = role
      self.text = text
    }
  }

  enum Style: Sendable {
    /// `system USER: q ASSISTANT: a</s>USER: q2 ASSISTANT:`
    case alternatingEnds(system: String)
    /// `<|im_start|>role`, newline, text, `<|im_end|>`, newline; the system text stands in front
    /// where there is one.
    case chatML(system: String?)
    /// `<|role|>`, newline, text, `<|end|>`, newline.
    case phi3(system: String)
    /// Llama-3's header tokens, texts stripped, always ending with an opened answer.
    case llama3(system: String)
    /// `[INST] q [/INST] a </s>[INST] q2 [/INST]`.
    case instructions
    /// Texts alone, each followed by a newline.
    case plain
  }

  /// The official name: `vicuna_v1`, `qwen_1_5` ...
  public let name: String
  let style: Style

  /// Every template, under its official names.
  public static let all: [ConversationTemplate] = [
    ConversationTemplate(name: "v1", style: vicuna),
    ConversationTemplate(name: "vicuna_v1", style: vicuna),
    ConversationTemplate(
      name: "llava_v1",
      style: .alternatingEnds(
        system: "A chat between a curious human and an artificial intelligence assistant. "
          + "The assistant gives helpful, detailed, and polite answers to the human's questions.")),
    ConversationTemplate(
      name: "llava_llama_3",
      style: .llama3(
        system:
          """
          You are a helpful language and vision assistant. You are able to understand the \
          visual content that the user provides, and assist the user with a variety of tasks \
          using natural language.
          """)),
    ConversationTemplate(name: "qwen_1_5", style: .chatML(system: "You are a helpful assistant.")),
    ConversationTemplate(
      name: "phi3_instruct", style: .phi3(system: "You are a helpful AI assistant.")),
    ConversationTemplate(name: "internlm2", style: .chatML(system: nil)),
    ConversationTemplate(name: "mistral_instruct", style: .instructions),
    ConversationTemplate(name: "plain", style: .plain),
  ]

  private static let vicuna = Style.alternatingEnds(
    system: "A chat between a curious user and an artificial intelligence assistant. "
      + "The assistant gives helpful, detailed, and polite answers to the user's questions.")

  /// The template with this name.
  /// - Throws: ``TokenizationError`` `unknown-template`, with the nearest name.
  public static func named(_ name: String) throws(TokenizationError) -> ConversationTemplate {
    if let template = all.first(where: { $0.name == name }) { return template }
    throw TokenizationError(
      .unknownTemplate,
      """
      there is no conversation template \"\(name)\"; \
      \(suggestion(for: name, among: all.map(\.name)))
      """
    )
  }

  /// The template that the models of a family were trained with.
  ///
  /// - Parameters:
  ///   - modelType: `model_type` of config.json: `llava_llama`, `llava_qwen`, `llava_phi` ...
  ///   - tokenizer: tells Llama-3 from Vicuna, which share their model type.
  /// - Throws: ``TokenizationError`` `unknown-template` where the family has none; a name must then
  ///   be given.
  public static func forModel(
    type modelType: String, tokenizer: any Tokenizer
  ) throws(TokenizationError) -> ConversationTemplate {
    switch modelType {
    case "llava_llama", "llava", "llava_next", "llama":
      return try named(
        tokenizer.id(of: "<|start_header_id|>") == nil ? "vicuna_v1" : "llava_llama_3")
    case "llava_mistral", "mistral": return try named("mistral_instruct")
    case "llava_qwen", "qwen2": return try named("qwen_1_5")
    case "llava_phi", "phi3": return try named("phi3_instruct")
    case "llava_internlm2", "llava_internlm", "internlm2": return try named("internlm2")
    default:
      throw TokenizationError(
        .unknownTemplate,
        """
        no conversation template is known for the model type \"\(modelType)\"; name one of \
        \(all.map(\.name).joined(separator: ", "))
        """
      )
    }
  }

  /// The text that asks one question and leaves the answer open.
  public func prompt(for question: String) -> String {
    prompt([Turn(.user, question), Turn(.assistant, nil)])
  }

  /// The text of a conversation.
  public func prompt(_ turns: [Turn]) -> String {
    let turns = turns.map { turn in Turn(turn.role, turn.text?.isEmpty == false ? turn.text : nil) }
    switch style {
    case .alternatingEnds(let system): return alternatingEnds(system, turns)
    case .chatML(let system): return chatML(system, turns)
    case .phi3(let system):
      let opening = "<|system|>\n\(system)<|end|>\n"
      return turns.reduce(opening) { text, turn in
        text + (turn.role == .user ? "<|user|>\n" : "<|assistant|>\n")
          + (turn.text.map { "\($0)<|end|>\n" } ?? "")
      }
    case .llama3(let system): return llama3(system, turns)
    case .instructions:
      return turns.map { turn in
        turn.text.map { turn.role == .user ? "[INST] \($0) [/INST]" : " \($0) </s>" } ?? ""
      }.joined()
    case .plain: return turns.compactMap(\.text).map { $0 + "\n" }.joined()
    }
  }

  private func alternatingEnds(_ system: String, _ turns: [Turn]) -> String {
    var text = system + " "
    for (index, turn) in turns.enumerated() {
      text += turn.role == .user ? "USER:" : "ASSISTANT:"
      if let said = turn.text { text += " " + said + (index % 2 == 0 ? " " : "</s>") }
    }
    return text
  }

  private func chatML(_ system: String?, _ turns: [Turn]) -> String {
    var text = system.map { "<|im_start|>system\n\($0)<|im_end|>\n" } ?? ""
    for turn in turns {
      text += turn.role == .user ? "<|im_start|>user\n" : "<|im_start|>assistant\n"
      if let said = turn.text { text += said + "<|im_end|>\n" }
    }
    return text
  }

  private func llama3(_ system: String, _ turns: [Turn]) -> String {
    func message(_ role: String, _ content: String) -> String {
      "<|start_header_id|>\(role)<|end_header_id|>\n\n\(strippedLikePython(content))<|eot_id|>"
    }
    var text = "<|begin_of_text|>" + message("system", system)
    for turn in turns {
      if let said = turn.text { text += message(turn.role == .user ? "user" : "assistant", said) }
    }
    return text + "<|start_header_id|>assistant<|end_header_id|>\n\n"
  }
}

/// Python's `text.strip()`.
private func strippedLikePython(_ text: String) -> String {
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !isPythonWhitespace($0) }),
    let last = scalars.lastIndex(where: { !isPythonWhitespace($0) })
  else { return "" }
  return String(scalars[first...last])
}
