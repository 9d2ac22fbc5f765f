import DataFormats
import Evaluation
import OrderedCollections

/// The body of a chat completion request.
struct ChatRequest: Sendable {
  /// What a server turned out not to take; found out once, then kept.
  struct Dialect: Sendable, Equatable {
    /// The usage of a stream is asked for by a member that old servers refuse.
    var asksForUsage = true
    /// OpenAI's newer models refuse `max_tokens`.
    var limitName = "max_tokens"
  }

  let model: String
  let generation: Generation
  let streams: Bool

  /// - Parameter images: as `data:` addresses; written as they are, since they need no escapes and
  ///   may be megabytes long.
  func body(
    _ prompt: Prompt, images: [[UInt8]], dialect: Dialect
  ) -> [UInt8] {
    var members: OrderedDictionary<String, JSONValue> = ["model": .string(model)]
    var template: OrderedDictionary<String, JSONValue> = [:]
    for (name, value) in generation.settings {
      if name.hasPrefix(Generation.templatePrefix) {
        template[String(name.dropFirst(Generation.templatePrefix.count))] = value
      } else {
        members[name] = value
      }
    }
    if !template.isEmpty { members["chat_template_kwargs"] = .object(template) }
    members[dialect.limitName] = .integer(limit(prompt))
    members["stream"] = .bool(streams)
    if streams, dialect.asksForUsage { members["stream_options"] = ["include_usage": true] }
    var body = Array(JSONValue.object(members).text().utf8.dropLast())
    body.append(contentsOf: ",\"messages\":[{\"role\":\"user\",\"content\":[".utf8)
    for image in images {
      body.append(contentsOf: "{\"type\":\"image_url\",\"image_url\":{\"url\":\"".utf8)
      body.append(contentsOf: image)
      body.append(contentsOf: "\"}},".utf8)
    }
    let text: JSONValue = ["type": "text", "text": .string(prompt.text)]
    body.append(contentsOf: text.text().utf8)
    body.append(contentsOf: "]}]}".utf8)
    return body
  }

  func limit(_ prompt: Prompt) -> Int { generation.maximumTokens ?? prompt.maximumNewTokens }
}
