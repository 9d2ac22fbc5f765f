import DataFormats
import Foundation
import Tokenization

/// The messages of a request: a system text where there is one, then user and assistant by turns.
struct ChatMessages {
  private(set) var system: String?
  private(set) var turns: [ConversationTemplate.Turn] = []
  private(set) var images: [(name: String, bytes: [UInt8])] = []

  /// - Throws: ``Refusal`` with one sentence.
  mutating func take(_ messages: JSONValue?) throws(Refusal) {
    guard let list = messages?.arrayValue, !list.isEmpty else {
      throw Refusal(400, "messages must be a list that ends with a user's message")
    }
    for (place, message) in list.enumerated() {
      let before = images.count
      let text = try content(message["content"])
      switch message["role"]?.stringValue {
      case "system", "developer":
        guard place == 0, images.isEmpty else {
          throw Refusal(400, "a system text stands first and holds no image")
        }
        system = text
      case "user":
        guard turns.last?.role != .user else { throw Self.notByTurns }
        let marked = ImagePrompt.message(text, imageCount: images.count - before)
        guard !marked.isEmpty else { throw Refusal(400, "a user's message asks nothing") }
        turns.append(ConversationTemplate.Turn(.user, marked))
      case "assistant":
        guard turns.last?.role == .user else { throw Self.notByTurns }
        guard images.count == before else {
          throw Refusal(400, "only a user's message holds images")
        }
        guard !text.isEmpty else { throw Refusal(400, "an assistant's message says nothing") }
        turns.append(ConversationTemplate.Turn(.assistant, text))
      case let role:
        throw Refusal(
          400,
          "a message is the system's, the user's or the assistant's, not"
            + " \(role.map { "\"\($0)\"'s" } ?? "nobody's")")
      }
    }
    guard turns.last?.role == .user else { throw Self.notByTurns }
  }

  private static let notByTurns = Refusal(
    400, "after the system text user and assistant speak by turns; the user begins and ends")

  /// A text, or a list of parts.
  private mutating func content(_ content: JSONValue?) throws(Refusal) -> String {
    if let text = content?.stringValue { return try Self.checked(text) }
    guard let parts = content?.arrayValue else {
      throw Refusal(400, "content must be a text or a list of parts")
    }
    var texts: [String] = []
    for part in parts {
      switch part["type"]?.stringValue {
      case "text":
        guard let text = part["text"]?.stringValue else {
          throw Refusal(400, "a part of type text needs its text")
        }
        texts.append(text)
      case "image_url":
        guard images.count < ChatQuestion.mostImages else {
          throw Refusal(
            400, "at most \(ChatQuestion.mostImages) images can be asked about at once")
        }
        let address = part["image_url"]?["url"]?.stringValue ?? part["image_url"]?.stringValue
        images.append(("image \(images.count + 1)", try Self.image(address ?? "")))
      default: throw Refusal(400, "a part must be of type text or image_url")
      }
    }
    return try Self.checked(texts.joined(separator: "\n"))
  }

  private static func checked(_ text: String) throws(Refusal) -> String {
    guard !text.contains(ImagePrompt.placeholder) else {
      throw Refusal(
        400, "the text holds the marker \(ImagePrompt.placeholder); images are sent as parts")
    }
    return text
  }

  /// Only what is in the request itself is read: nothing is fetched, no file opened. The type that
  /// the address names does not count, since clients call a PNG a JPEG.
  private static func image(_ address: String) throws(Refusal) -> [UInt8] {
    guard address.prefix(5).lowercased() == "data:" else {
      throw Refusal(
        400, "images are taken as data: addresses only; nothing is fetched and no file is opened")
    }
    guard let comma = address.utf8.firstIndex(of: UInt8(ascii: ",")),
      address[..<comma].lowercased().hasSuffix(";base64"),
      let bytes = base64(address[address.index(after: comma)...].utf8)
    else { throw Refusal(400, "an image's data: address must hold base64") }
    return bytes
  }

  /// Some encoders break their lines, some leave the padding out.
  private static func base64(_ text: Substring.UTF8View) -> [UInt8]? {
    let blanks: [UInt8] = [0x09, 0x0A, 0x0D, 0x20]
    var data = Data(text)
    if data.contains(where: blanks.contains) { data.removeAll(where: blanks.contains) }
    while data.count % 4 != 0, data.count % 4 != 1 { data.append(UInt8(ascii: "=")) }
    return Data(base64Encoded: data).map { [UInt8]($0) }
  }
}
