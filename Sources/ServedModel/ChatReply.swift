import DataFormats
import Evaluation

/// What a chat completion says, put together from one JSON document or from the events of a stream.
struct ChatReply: Sendable, Equatable {
  var text = ""
  var reasoning = ""
  var finishReason: String?
  var promptTokens: Int?
  var completionTokens: Int?
  var cachedTokens: Int?
  var reasoningTokens: Int?
  var model: String?
  var fingerprint: String?
  /// The error that the reply holds in place of an answer, or after a part of one.
  var error: JSONValue?
  /// Whether there was any choice at all.
  var hasChoice = false

  /// Takes a whole document (`message`) or an event of a stream (`delta`).
  /// - Returns: whether it brought any text.
  /// - Throws: `malformed-reply` where the value is nothing of the kind.
  @discardableResult
  mutating func take(_ value: JSONValue) throws(ServedModelError) -> Bool {
    guard value.objectValue != nil else { throw Self.malformed("it is \(value.kind)") }
    if let error = value["error"], !error.isNull {
      self.error = error
      return false
    }
    model = value["model"]?.stringValue ?? model
    fingerprint = value["system_fingerprint"]?.stringValue ?? fingerprint
    takeUsage(value["usage"])
    // The last event of a stream has the usage and no choice.
    guard let choice = value["choices"]?[0] else { return false }
    guard choice.objectValue != nil else { throw Self.malformed("a choice is \(choice.kind)") }
    hasChoice = true
    finishReason = choice["finish_reason"]?.stringValue ?? finishReason
    guard let message = choice["message"] ?? choice["delta"] else { return false }
    let before = (text.utf8.count, reasoning.utf8.count)
    try takeContent(message["content"])
    // What a model says in place of an answer is its answer.
    if let refusal = message["refusal"]?.stringValue { text += refusal }
    // vLLM, SGLang and llama.cpp say reasoning_content; newer vLLM, Ollama and OpenRouter say
    // reasoning.
    if let thoughts = message["reasoning_content"]?.stringValue ?? message["reasoning"]?.stringValue
    {
      reasoning += thoughts
    }
    return before != (text.utf8.count, reasoning.utf8.count)
  }

  /// A string, or a list of parts of which those of text count.
  private mutating func takeContent(_ content: JSONValue?) throws(ServedModelError) {
    switch content {
    case nil, .null: break
    case .string(let piece): text += piece
    case .array(let parts): for part in parts { text += part["text"]?.stringValue ?? "" }
    default: throw Self.malformed("the content is \(content?.kind ?? "nothing")")
    }
  }

  private mutating func takeUsage(_ usage: JSONValue?) {
    guard let usage, usage.objectValue != nil else { return }
    promptTokens = usage["prompt_tokens"]?.intValue.map { max(0, $0) } ?? promptTokens
    completionTokens = usage["completion_tokens"]?.intValue.map { max(0, $0) } ?? completionTokens
    cachedTokens = usage["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? cachedTokens
    reasoningTokens =
      usage["completion_tokens_details"]?["reasoning_tokens"]?.intValue ?? reasoningTokens
  }

  static func malformed(_ what: String) -> ServedModelError {
    ServedModelError(
      .malformedReply, "the server's reply is no chat completion: \(what)", reach: .attempt)
  }
}
