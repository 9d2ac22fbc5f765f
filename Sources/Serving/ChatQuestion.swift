import DataFormats
import Diagnostics
import Foundation

/// A chat completion request, checked: what this engine can answer as it is asked.
struct ChatQuestion: Sendable {
  /// The user's text without image markers.
  let text: String
  let images: [(name: String, bytes: [UInt8])]
  let maximumNewTokens: Int
  let streams: Bool
  let includesUsage: Bool

  /// What a request may leave out.
  static let defaultNewTokens = 512
  static let mostNewTokens = 16_384
  static let mostImages = 16

  /// - Parameter name: what the model is called here
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
    guard wanted == name else {
      throw Refusal(
        404, "the model \"\(wanted)\" does not exist; there is \"\(name)\"", code: "model_not_found"
      )
    }
    try Self.checkGreedy(request)
    maximumNewTokens = try Self.limit(request)
    streams = request["stream"]?.boolValue ?? false
    includesUsage = request["stream_options"]?["include_usage"]?.boolValue ?? false
    (text, images) = try Self.content(request["messages"])
  }

  /// This engine decodes greedily, one answer, without stop words.
  private static func checkGreedy(_ request: JSONValue) throws(Refusal) {
    if let temperature = request["temperature"]?.doubleValue, temperature > 0 {
      throw Refusal(
        400, "this server decodes greedily; send temperature 0", code: "unsupported_value")
    }
    if let count = request["n"]?.intValue, count != 1 {
      throw Refusal(400, "this server gives one answer; leave out n", code: "unsupported_value")
    }
    for name in ["stop", "tools", "functions", "response_format", "logit_bias"] {
      guard let value = request[name], !value.isNull, value != .array([]), value != .object([:])
      else { continue }
      if name == "response_format", value["type"] == "text" { continue }
      throw Refusal(400, "this server has no \(name)", code: "unsupported_parameter")
    }
  }

  private static func limit(_ request: JSONValue) throws(Refusal) -> Int {
    guard
      let value = [request["max_completion_tokens"], request["max_tokens"]]
        .compactMap({ $0 }).first(where: { !$0.isNull })
    else { return defaultNewTokens }
    guard let limit = value.intValue, (1...mostNewTokens).contains(limit) else {
      throw Refusal(400, "max_tokens must be 1 to \(mostNewTokens)")
    }
    return limit
  }

  /// One user message: the conversation's template and its system text are the checkpoint's.
  private static func content(
    _ messages: JSONValue?
  ) throws(Refusal) -> (String, [(name: String, bytes: [UInt8])]) {
    guard let list = messages?.arrayValue, !list.isEmpty else {
      throw Refusal(400, "messages must be a list with one user message")
    }
    guard list.count == 1, list[0]["role"]?.stringValue == "user" else {
      throw Refusal(
        400, "send one user message; the system text is the checkpoint's, and there are no turns")
    }
    if let text = list[0]["content"]?.stringValue { return (try checked(text), []) }
    guard let parts = list[0]["content"]?.arrayValue else {
      throw Refusal(400, "content must be a text or a list of parts")
    }
    var texts: [String] = []
    var images: [(name: String, bytes: [UInt8])] = []
    for part in parts {
      switch part["type"]?.stringValue {
      case "text":
        guard let text = part["text"]?.stringValue else {
          throw Refusal(400, "a part of type text needs its text")
        }
        texts.append(text)
      case "image_url":
        guard images.count < mostImages else {
          throw Refusal(400, "at most \(mostImages) images can be asked about at once")
        }
        let address = part["image_url"]?["url"]?.stringValue ?? part["image_url"]?.stringValue
        images.append(("image \(images.count + 1)", try image(address ?? "")))
      default: throw Refusal(400, "a part must be of type text or image_url")
      }
    }
    return (try checked(texts.joined(separator: "\n")), images)
  }

  private static func checked(_ text: String) throws(Refusal) -> String {
    guard !text.contains("<image>") else {
      throw Refusal(400, "the text holds the marker <image>; images are sent as parts")
    }
    return text
  }

  /// Only what is in the request itself is read: nothing is fetched, no file opened.
  private static func image(_ address: String) throws(Refusal) -> [UInt8] {
    guard address.hasPrefix("data:") else {
      throw Refusal(
        400, "images are taken as data: addresses only; nothing is fetched and no file is opened")
    }
    guard let comma = address.utf8.firstIndex(of: UInt8(ascii: ",")),
      address[..<comma].hasSuffix(";base64"),
      let data = Data(base64Encoded: String(address[address.index(after: comma)...]))
    else { throw Refusal(400, "an image's data: address must hold base64") }
    return [UInt8](data)
  }
}
