import DataFormats

/// What a request says beside its messages. Members that nobody here knows are passed over, as
/// other servers do; those that would change the answer are refused unless they ask for what is
/// done anyway.
extension ChatQuestion {
  /// This engine decodes greedily, one answer, to the model's own end.
  /// - Throws: ``Refusal`` naming the first member that asks for something else.
  static func checkSettings(_ request: JSONValue) throws(Refusal) {
    for (name, harmless) in onlyAs {
      guard let value = request[name], !value.isNull, !isEqual(value, harmless) else { continue }
      if isEmpty(value) { continue }
      throw Refusal(400, advice(name), code: "unsupported_value", parameter: name)
    }
    for name in absent {
      guard let value = request[name], !value.isNull, !isEmpty(value) else { continue }
      throw Refusal(
        400, "this server has no \(name); leave it out", code: "unsupported_parameter",
        parameter: name)
    }
  }

  /// Members that may only ask for what this server does anyway.
  private static let onlyAs: [(name: String, harmless: JSONValue)] = [
    ("temperature", 0), ("n", 1), ("best_of", 1), ("num_beams", 1), ("use_beam_search", false),
    ("presence_penalty", 0), ("frequency_penalty", 0), ("repetition_penalty", 1),
    ("logprobs", false), ("top_logprobs", 0), ("min_tokens", 0), ("echo", false),
    ("ignore_eos", false), ("skip_special_tokens", true), ("continue_final_message", false),
    ("response_format", ["type": "text"]), ("modalities", ["text"]), ("tool_choice", "none"),
  ]

  /// Members that may only be empty.
  private static let absent = [
    "stop", "stop_token_ids", "bad_words", "tools", "functions", "logit_bias", "prompt_logprobs",
    "audio", "prediction", "chat_template", "mm_processor_kwargs", "structured_outputs",
    "guided_json", "guided_regex", "guided_choice", "guided_grammar",
  ]

  private static func advice(_ name: String) -> String {
    switch name {
    case "temperature": "this server decodes greedily; send temperature 0, or leave it out"
    case "n", "best_of": "this server gives one answer; leave out \(name)"
    default: "this server does not do what \(name) asks for; leave it out"
    }
  }

  private static func isEqual(_ value: JSONValue, _ harmless: JSONValue) -> Bool {
    if let number = harmless.doubleValue { return value.doubleValue == number }
    if let type = harmless["type"] { return value["type"] == type }
    return value == harmless
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    value == .array([]) || value == .object([:])
  }

  /// The most tokens to generate, by its newer name or its older.
  static func limit(_ request: JSONValue) throws(Refusal) -> Int {
    for name in ["max_completion_tokens", "max_tokens"] {
      guard let value = request[name], !value.isNull else { continue }
      guard let limit = value.intValue, (1...mostNewTokens).contains(limit) else {
        throw Refusal(400, "\(name) must be 1 to \(mostNewTokens)", parameter: name)
      }
      return limit
    }
    return defaultNewTokens
  }

  static func flag(_ name: String, of value: JSONValue) throws(Refusal) -> Bool {
    guard let value = value[name], !value.isNull else { return false }
    guard let flag = value.boolValue else {
      throw Refusal(400, "\(name) must be true or false", parameter: name)
    }
    return flag
  }
}
