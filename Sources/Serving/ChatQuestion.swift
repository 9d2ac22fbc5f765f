import DataFormats
import Diagnostics
import Foundation
import Tokenization

/// A chat completion request, checked: what this engine can answer as it is asked.
struct ChatQuestion: Sendable {
  /// In place of the checkpoint's own system text; nil keeps that.
  let system: String?
  /// User and assistant by turns, the user's last. A user's text begins with the markers of its
  /// images, wherever among the parts they stood.
  let turns: [ConversationTemplate.Turn]
  /// Those of all turns, in order.
  let images: [(name: String, bytes: [UInt8])]
  let maximumNewTokens: Int
  let streams: Bool
  let includesUsage: Bool

  /// What a request may leave out.
  static let defaultNewTokens = 512
  static let mostNewTokens = 16_384
  static let mostImages = 16

  /// - Parameter model: what the model is called here
  /// - Throws: ``Refusal`` with one sentence.
  init(_ body: [UInt8], model name: String) throws(Refusal) {
    let request: JSONValue
    do {
      request = try JSONValue.parse(body)
    } catch {
      throw Refusal(400, "the body is no JSON: \(error.message)")
    }
    guard request.objectValue != nil else { throw Refusal(400, "the body is no JSON object") }
    guard let wanted = request["model"]?.stringValue else {
      throw Refusal(400, "name the model; it is \"\(name)\"")
    }
    guard wanted == name else { throw .unknownModel(wanted, name) }
    try Self.checkSettings(request)
    maximumNewTokens = try Self.limit(request)
    streams = try Self.flag("stream", of: request)
    includesUsage = try Self.flag("include_usage", of: request["stream_options"] ?? .null)
    var messages = ChatMessages()
    try messages.take(request["messages"])
    (system, turns, images) = (messages.system, messages.turns, messages.images)
  }

  /// The whole text, up to where the model answers.
  /// - Throws: where the template has no place for a system text.
  func conversation(in template: ConversationTemplate) throws -> String {
    var template = template
    if let system { template = try template.with(system: system) }
    return template.prompt(turns + [ConversationTemplate.Turn(.assistant, nil)])
  }
}
