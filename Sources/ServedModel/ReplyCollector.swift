import DataFormats
import Diagnostics
import Foundation

/// Receives one HTTP reply piece by piece and stops it when it is complete, too large or no use.
final class ReplyCollector {
  private(set) var status = 0
  /// By lower-case names.
  private(set) var headers: [String: String] = [:]
  /// A reply in one piece; empty for a stream.
  private(set) var body: [UInt8] = []
  /// A stream, put together.
  private(set) var streamed: ChatReply?
  /// Whether the stream has said that it is complete.
  private(set) var isStreamComplete = false
  private(set) var firstText: ContinuousClock.Instant?
  /// Why the rest was not wanted.
  private(set) var fault: ServedModelError?

  private var received = 0
  private var events = EventStream()
  private var completed: ContinuousClock.Instant?
  private let limit: Int

  /// - Parameter limit: the most bytes that are taken.
  init(limit: Int) { self.limit = limit }

  func takeHeader(_ bytes: UnsafeBufferPointer<UInt8>) {
    let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    if line.hasPrefix("HTTP/") {
      // A status of 1xx is followed by another one.
      let parts = line.split(separator: " ")
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      headers = [:]
    } else if line.isEmpty {
      let type = headers["content-type"]?.lowercased() ?? ""
      if type.hasPrefix("text/event-stream"), (200..<300).contains(status) {
        streamed = ChatReply()
      }
    } else if let colon = line.firstIndex(of: ":") {
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
  }

  /// - Returns: whether to go on.
  func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    received += bytes.count
    if received > limit {
      return fail(
        ServedModelError(
          .replyTooLarge,
          "the server's reply is longer than \(readableSize(limit)) and was cut off",
          reach: .question))
    }
    guard streamed != nil else {
      body.append(contentsOf: bytes)
      return true
    }
    for event in events.feed(bytes) where !takeEvent(event) { return false }
    return true
  }

  /// Asked while the transfer waits: a server that has said everything and keeps the connection
  /// busy is not waited for.
  var goesOn: Bool { completed.map { ContinuousClock.now - $0 < .seconds(1) } ?? true }

  /// The transfer has ended; a last line may be without its end.
  func end() {
    if fault == nil, streamed != nil, let last = events.finish() { _ = takeEvent(last) }
  }

  private func takeEvent(_ event: [UInt8]) -> Bool {
    if event.elementsEqual("[DONE]".utf8) {
      isStreamComplete = true
      completed = .now
      return true
    }
    guard !isStreamComplete, !event.isEmpty else { return true }
    do {
      let value = try JSONValue.parse(event)
      let broughtText = try streamed?.take(value) ?? false
      if broughtText, firstText == nil { firstText = .now }
      return true
    } catch let error as ServedModelError {
      return fail(error)
    } catch {
      return fail(ChatReply.malformed("an event of the stream is no JSON: \(render(error))"))
    }
  }

  private func fail(_ fault: ServedModelError) -> Bool {
    self.fault = fault
    body = []
    return false
  }
}
