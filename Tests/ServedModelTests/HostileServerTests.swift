import DataFormats
import Evaluation
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@testable import ServedModel

/// What a server may do to us, and where each case ends.
@Suite(.enabled(if: HostileServer.isAvailable, "needs python3"))
struct HostileServerTests {
  enum End: Sendable, Equatable {
    case answer(String, requests: Int)
    case failure(String, requests: Int)
    case runEnds(String)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: JSONValue
    let end: End

    init(_ name: String, _ steps: JSONValue, _ end: End) {
      (testDescription, self.steps, self.end) = (name, steps, end)
    }
  }

  private static func status(
    _ status: Int, _ message: String = "", code: String? = nil, headers: JSONValue = [:],
    parameter: String? = nil
  ) -> JSONValue {
    [
      "do": "status", "status": .integer(status), "headers": headers,
      "body": [
        "error": [
          "message": .string(message), "code": code.map { .string($0) } ?? .null,
          "param": parameter.map { .string($0) } ?? .null,
        ]
      ],
    ]
  }

  static let cases: [Case] = [
    Case("a good answer", [[:]], .answer("yes", requests: 1)),
    Case("slow, but in time", [["delay": 0.4]], .answer("yes", requests: 1)),
    Case("too slow, then good", [["delay": 4], [:]], .answer("yes", requests: 2)),
    Case("always too slow", [["do": "stall"]], .failure("time-limit", requests: 3)),
    Case("cut before a byte", [["do": "cut"], [:]], .answer("yes", requests: 2)),
    Case(
      "cut in the middle of the headers", [["do": "cut", "after": 30], [:]],
      .answer("yes", requests: 2)),
    Case(
      "cut in the middle of the answer", [["do": "cut", "after": 120], [:]],
      .answer("yes", requests: 2)),
    Case("always cut", [["do": "cut", "after": 120]], .failure("connection-cut", requests: 3)),
    Case("500 once", [status(500), [:]], .answer("yes", requests: 2)),
    Case("always 503", [status(503)], .failure("server-error", requests: 3)),
    Case("429 without a time", [status(429), status(429), [:]], .answer("yes", requests: 3)),
    Case(
      "429 with Retry-After does not use up attempts",
      [
        status(429, headers: ["Retry-After": "0.05"]),
        status(429, headers: ["Retry-After": "0.05"]),
        status(429, headers: ["Retry-After": "0.05"]),
        status(429, headers: ["retry-after-ms": "20"]), [:],
      ], .answer("yes", requests: 5)),
    Case(
      "429 until tomorrow", [status(429, headers: ["Retry-After": "86400"])],
      .runEnds("rate-limited")),
    Case(
      "200 with HTML", [["do": "raw", "type": "text/html", "body": "<h1>Log in</h1>"]],
      .failure("malformed-reply", requests: 3)),
    Case(
      "HTML once", [["do": "raw", "type": "text/html", "body": "<h1>Log in</h1>"], [:]],
      .answer("yes", requests: 2)),
    Case(
      "half a JSON", [["do": "raw", "body": "{\"choices\": [{\"mess"]],
      .failure("malformed-reply", requests: 3)),
    Case(
      "no choices", [["do": "raw", "body": "{\"choices\": []}"]],
      .failure("malformed-reply", requests: 3)),
    Case("nothing at all", [["do": "raw", "body": ""]], .failure("malformed-reply", requests: 3)),
    Case(
      "Latin-1 that says it is JSON",
      [["do": "raw", "body": "{\"choices\": [{\"message\": {\"content\": \"\u{E9}\"}}]}"]],
      .failure("malformed-reply", requests: 3)),
    Case(
      "Latin-1 in a stream",
      [
        [
          "do": "raw", "type": "text/event-stream",
          "body":
            "data: {\"choices\": [{\"delta\": {\"content\": \"\u{E9}\"}}]}\n\ndata: [DONE]\n\n",
        ], [:],
      ], .answer("yes", requests: 2)),
    Case(
      "UTF-16", [["do": "raw", "body": "\u{FF}\u{FE}{\0\"\0a\0\"\0:\01\0}\0"]],
      .failure("malformed-reply", requests: 3)),
    Case(
      "gzip that nobody asked for", [["do": "raw", "body": "\u{1F}\u{8B}\u{8}\0\0\0\0\0"]],
      .failure("malformed-reply", requests: 3)),
    Case(
      "an event that is no JSON",
      [["do": "raw", "type": "text/event-stream", "body": "data: {\"choices\"\n\n"], [:]],
      .answer("yes", requests: 2)),
    Case(
      "a stream that ends early",
      [
        [
          "do": "raw", "type": "text/event-stream",
          "body": "data: {\"choices\": [{\"delta\": {\"content\": \"y\"}}]}\n\n",
        ], [:],
      ], .answer("yes", requests: 2)),
    Case(
      "a whole reply where a stream was asked for",
      [
        [
          "do": "raw",
          "body":
            "{\"choices\": [{\"message\": {\"content\": \"all\"}, \"finish_reason\": \"stop\"}]}",
        ]
      ], .answer("all", requests: 1)),
    Case(
      "an error in a stream",
      [
        [
          "do": "raw", "type": "text/event-stream",
          "body": "data: {\"error\": {\"message\": \"overloaded\", \"code\": 503}}\n\n",
        ], [:],
      ], .answer("yes", requests: 2)),
    Case("an endless stream", [["do": "endless"]], .failure("reply-too-large", requests: 1)),
    Case(
      "an endless stream of remarks", [["do": "endless", "comment": true, "pause": 0.1], [:]],
      .answer("yes", requests: 2)),
    Case(
      "200 MB", [["do": "huge", "bytes": 200_000_000]],
      .failure("reply-too-large", requests: 1)),
    Case(
      "a stream after which the connection stays open", [["do": "unclosed"]],
      .answer("yes", requests: 1)),
    Case(
      "too long",
      [status(400, "This model's maximum context length is 4096 tokens, however you requested")],
      .failure("prompt-too-long", requests: 1)),
    Case("too long, 413", [status(413)], .failure("prompt-too-long", requests: 1)),
    Case(
      "a content filter", [status(400, "no", code: "content_filter")],
      .failure("content-filtered", requests: 1)),
    Case(
      "a content filter over the answer", [["finish": "content_filter"]],
      .failure("content-filtered", requests: 1)),
    Case(
      "an unreadable image", [status(400, "cannot identify image file")],
      .failure("request-refused", requests: 1)),
    Case("a wrong key", [status(401, "no")], .runEnds("wrong-key")),
    Case("no money", [status(429, "pay", code: "insufficient_quota")], .runEnds("quota-used-up")),
    Case(
      "a model that is gone", [status(404, "The model `tiny` does not exist.")],
      .runEnds("unknown-model")),
    Case("no such path", [status(404, "Not Found")], .runEnds("server-unreachable")),
    Case(
      "a setting that it does not take", [status(400, "no", parameter: "temperature")],
      .runEnds("invalid-request")),
    Case(
      "a redirect",
      [
        [
          "do": "status", "status": 307, "body": "",
          "headers": ["Location": "http://127.0.0.2:1/v1/chat/completions"],
        ]
      ], .runEnds("server-redirects")),
  ]

  @Test(arguments: cases) func `every case ends in its place`(_ example: Case) throws {
    let server = try HostileServer(["steps": example.steps])
    let model = try server.model { $0.replyLimit = 64 << 10 }
    switch example.end {
    case .answer(let text, let requests):
      let answer = try #require(try model.ask("q"))
      #expect(answer.failure == nil && answer.text == text)
      // libcurl itself asks again where a kept connection turns out to be closed.
      #expect(answer.service.map { (1...requests).contains($0.attempts) } == true)
      #expect(try server.requests().count == requests)
    case .failure(let code, let requests):
      let answer = try #require(try model.ask("q"))
      #expect(answer.failure?.code == code, "\(answer)")
      #expect(try server.requests().count == requests)
    case .runEnds(let code):
      let end = try #require(throws: RunEnd.self) { try model.ask("q") }
      #expect(end.kind == .fault && end.reason.codeName == code)
      #expect(try server.requests().count == 1)
    }
  }

  @Test func `Retry-After is waited for, by everyone`() throws {
    let server = try HostileServer([
      "steps": [Self.status(429, headers: ["Retry-After": "1"]), [:]]
    ])
    let model = try server.model()
    let answer = try model.ask("q")
    #expect(answer?.text == "yes")
    let times = try server.requests().compactMap { $0["time"]?.doubleValue }
    #expect(times.count == 2 && times[1] - times[0] >= 1)
  }

  @Test func `a redirect is not followed, and the key goes nowhere else`() throws {
    let other = try HostileServer([:])
    let server = try HostileServer([
      "key": "sk-secret-1234",
      "steps": [
        [
          "do": "status", "status": 307, "body": "",
          "headers": ["Location": .string("http://localhost:\(other.port)/v1/chat/completions")],
        ]
      ],
    ])
    let model = try server.model { $0.key = "sk-secret-1234" }
    let end = try #require(throws: RunEnd.self) { try model.ask("q") }
    #expect(end.reason.message.contains("localhost:\(other.port)"))
    // The list of models neither.
    let elsewhere = try HostileServer([
      "loading": [
        [
          "status": 302,
          "headers": ["Location": .string("http://localhost:\(other.port)/v1/models")],
        ]
      ]
    ])
    let error = try #require(throws: ServedModelError.self) { try elsewhere.model() }
    #expect(error.code == .redirected)
    #expect(try other.requests().isEmpty && other.log()["lists"] == 0)
  }

  @Test func `a wrong key is told at once and not shown`() throws {
    let server = try HostileServer(["key": "right"])
    let error = try #require(throws: ServedModelError.self) {
      try server.model { $0.key = "sk-secret-1234" }
    }
    #expect(error.code == .wrongKey)
    #expect(!error.description.contains("secret"))
    #expect(error.message.contains("Bearer (key)"))
  }

  @Test func `an unknown model is told with those that there are`() throws {
    let server = try HostileServer(["models": ["llava-1", "llava-2"]])
    let error = try #require(throws: ServedModelError.self) {
      try server.model { $0.servedName = "llava" }
    }
    #expect(error.code == .unknownModel && error.message.contains("it has llava-1, llava-2"))
    let unnamed = try #require(throws: ServedModelError.self) { try server.model() }
    #expect(unnamed.message.contains("--served-name: llava-1, llava-2"))
  }

  @Test func `a server that is still loading its model is waited for`() throws {
    let server = try HostileServer([
      "loading": [
        ["status": 503], ["status": 429, "headers": ["Retry-After": "0.05"]], ["status": 503],
      ]
    ])
    #expect(try server.model().ask("q")?.text == "yes")
    let ill = try HostileServer(["loading": .array(Array(repeating: ["status": 500], count: 9))])
    let error = try #require(throws: ServedModelError.self) { try ill.model() }
    #expect(error.code == .serverError)
  }

  @Test func `a server that stays away is told at once`() throws {
    let address: ServerAddress
    do {
      let server = try HostileServer([:])
      address = try ServerAddress(server.address)
    }
    let error = try #require(throws: ServedModelError.self) {
      try ServedModel(address, settings: hurried())
    }
    #expect(error.code == .unreachable && error.message.contains("no server answers there"))
  }

  @Test func `a server that goes away ends the run, and the question is not lost`() throws {
    var server: HostileServer? = try HostileServer([:])
    let model = try #require(try server?.model())
    #expect(try model.ask("q")?.text == "yes")
    server = nil
    let end = try #require(throws: RunEnd.self) { try model.ask("q") }
    #expect(end.kind == .fault && end.reason.codeName == "server-unreachable")
  }

  @Test func `too many failures in a row end the run`() throws {
    let server = try HostileServer(["steps": [Self.status(422, "no images here")]])
    let model = try server.model { $0.concurrency = 1 }
    for _ in 0..<9 { #expect(try model.ask("q")?.failure?.code == "request-refused") }
    let end = try #require(throws: RunEnd.self) { try model.ask("q") }
    #expect(end.reason.codeName == "failures-in-a-row")
    #expect("\(end.reason)".contains("no images here"))
  }

  @Test func `the names that a server dislikes are changed once`() throws {
    let server = try HostileServer([
      "steps": [
        Self.status(400, "Use 'max_completion_tokens' instead.", parameter: "max_tokens"),
        Self.status(400, "Unknown field: stream_options"), [:],
      ]
    ])
    let model = try server.model()
    #expect(try model.ask("q", limit: 7)?.text == "yes")
    #expect(try model.ask("q", limit: 7)?.text == "yes")
    let sent = try server.requests().map { $0["settings"] }
    #expect(sent.count == 4)
    for settings in sent[2...] {
      #expect(settings?["max_completion_tokens"] == 7 && settings?["max_tokens"] == nil)
      #expect(settings?["stream_options"] == nil && settings?["stream"] == true)
    }
  }
}
