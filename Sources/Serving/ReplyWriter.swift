import DataFormats
import FlyingSocks
import Foundation
import ProxyVModel
import Synchronization

/// Words replies as OpenAI's interface does.
struct ReplyWriter: Sendable {
  let model: String
  private let id = "chatcmpl-" + UUID().uuidString
  private let created = Int(Date().timeIntervalSince1970)

  init(model: String) { self.model = model }

  func whole(_ answer: SharedPrefixEngine.Answer) -> JSONValue {
    [
      "id": .string(id), "object": "chat.completion", "created": .integer(created),
      "model": .string(model),
      "choices": [
        [
          "index": 0, "message": ["role": "assistant", "content": .string(answer.text)],
          "finish_reason": .string(finish(answer)),
        ]
      ],
      "usage": usage(answer),
    ]
  }

  func event(_ delta: JSONValue, finish: String? = nil) -> [UInt8] {
    line([
      "id": .string(id), "object": "chat.completion.chunk", "created": .integer(created),
      "model": .string(model),
      "choices": [
        ["index": 0, "delta": delta, "finish_reason": finish.map { .string($0) } ?? .null]
      ],
    ])
  }

  /// What comes after the last text.
  func ending(_ answer: SharedPrefixEngine.Answer, includesUsage: Bool) -> [UInt8] {
    var bytes = event([:], finish: finish(answer))
    if includesUsage {
      bytes += line([
        "id": .string(id), "object": "chat.completion.chunk", "created": .integer(created),
        "model": .string(model), "choices": [], "usage": usage(answer),
      ])
    }
    return bytes + Array("data: [DONE]\n\n".utf8)
  }

  func failure(_ refusal: Refusal) -> [UInt8] { line(refusal.json) }

  private func finish(_ answer: SharedPrefixEngine.Answer) -> String {
    answer.stopReason == .end ? "stop" : "length"
  }

  private func usage(_ answer: SharedPrefixEngine.Answer) -> JSONValue {
    [
      "prompt_tokens": .integer(answer.promptTokens),
      "completion_tokens": .integer(answer.ids.count),
      "total_tokens": .integer(answer.promptTokens + answer.ids.count),
      "prompt_tokens_details": ["cached_tokens": .integer(answer.cachedTokens)],
    ]
  }

  private func line(_ value: JSONValue) -> [UInt8] { Array("data: \(value.text())\n\n".utf8) }
}

/// A question's events as the bytes of a stream; when the client has gone it is dropped, and with
/// it the question.
struct EventBytes: AsyncBufferedSequence {
  typealias Element = UInt8

  let first: EngineQueue.Event?
  let rest: AsyncStream<EngineQueue.Event>
  let writer: ReplyWriter
  let includesUsage: Bool

  func makeAsyncIterator() -> Iterator {
    Iterator(
      first: first, rest: rest.makeAsyncIterator(), writer: writer, includesUsage: includesUsage)
  }

  struct Iterator: AsyncBufferedIteratorProtocol {
    private var first: EngineQueue.Event?
    private var rest: AsyncStream<EngineQueue.Event>.AsyncIterator
    private let writer: ReplyWriter
    private let includesUsage: Bool
    private var sent = ""
    private var hasBegun = false
    private var isOver = false

    init(
      first: EngineQueue.Event?, rest: AsyncStream<EngineQueue.Event>.AsyncIterator,
      writer: ReplyWriter, includesUsage: Bool
    ) {
      self.first = first
      self.rest = rest
      self.writer = writer
      self.includesUsage = includesUsage
    }

    mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

    /// One or more whole events; more than suggested, which the encoder takes.
    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      guard !isOver else { return nil }
      if !hasBegun {
        hasBegun = true
        return writer.event(["role": "assistant", "content": ""])
      }
      while true {
        let event: EngineQueue.Event?
        if let waiting = first.take() {
          event = waiting
        } else {
          event = await rest.next()
        }
        switch event {
        case nil:
          isOver = true
          return nil
        case .text(let text)?:
          if let piece = piece(of: text, isLast: false) {
            return writer.event(["content": .string(piece)])
          }
        case .done(let answer)?:
          isOver = true
          var bytes: [UInt8] = []
          if let piece = piece(of: answer.text, isLast: true) {
            bytes = writer.event(["content": .string(piece)])
          }
          return bytes + writer.ending(answer, includesUsage: includesUsage)
        case .failed(let refusal)?:
          isOver = true
          return writer.failure(refusal)
        }
      }
    }

    /// What is new of the text; nothing while its end is half a letter or still changes.
    private mutating func piece(of text: String, isLast: Bool) -> String? {
      guard isLast || text.unicodeScalars.last != "\u{FFFD}" else { return nil }
      let (old, new) = (Array(sent.utf8), Array(text.utf8))
      guard new.count > old.count, new.starts(with: old) else { return nil }
      sent = text
      return String(decoding: new[old.count...], as: UTF8.self)
    }
  }
}
