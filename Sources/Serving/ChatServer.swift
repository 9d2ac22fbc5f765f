import DataFormats
import Diagnostics
import FlyingFox
import FlyingSocks
import Foundation
public import ProxyVModel

/// Offers a checkpoint under OpenAI's chat interface, so that other programs can evaluate it:
/// `GET /v1/models` and `POST /v1/chat/completions`, streamed or whole.
public struct ChatServer: Sendable {
  public struct Settings: Sendable {
    /// Loopback unless another is asked for.
    public var host = "127.0.0.1"
    public var port: UInt16 = 8080
    /// What the model is called.
    public var name: String
    public var bodyLimit = 64 << 20
    /// Questions that wait, the one being answered included.
    public var queueLimit = 256

    public init(name: String) { self.name = name }
  }

  private let settings: Settings
  private let queue: EngineQueue

  public init(_ model: VisionLanguageModel, settings: Settings) {
    self.settings = settings
    queue = EngineQueue(model, mostJobs: settings.queueLimit, mostBytes: 8 * settings.bodyLimit)
  }

  /// Serves until the task is cancelled.
  /// - Parameter ready: gets the address when it listens
  /// - Throws: an error of the system where the port is taken.
  public func run(ready: @escaping @Sendable (String) -> Void) async throws {
    // The time limit is that of answering: a queue may be long.
    let server = try HTTPServer.undelayed(
      host: settings.host, port: settings.port, seconds: 24 * 3600)
    await server.appendRoute("GET /v1/models") { _ in models() }
    await server.appendRoute("POST /v1/chat/completions") { request in
      await completion(request)
    }
    await server.appendRoute("GET /health") { _ in Self.json(200, ["status": "ok"]) }
    // A model's name may hold slashes, which a route's parameter does not.
    await server.appendRoute("*") { request in other(request) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask {
        try await server.waitUntilListening()
        var port = settings.port
        if case .ip4(_, let bound)? = await server.listeningAddress { port = bound }
        ready("http://\(settings.host):\(port)/v1")
      }
      try await group.waitForAll()
    }
  }

  private var entry: DataFormats.JSONValue {
    [
      "id": .string(settings.name), "object": "model", "created": 0, "owned_by": "proxyv-eval",
    ]
  }

  private func models() -> HTTPResponse {
    Self.json(200, ["object": "list", "data": [entry]])
  }

  private static let modelsPath = "/v1/models/"

  private func other(_ request: HTTPRequest) -> HTTPResponse {
    guard request.method == .GET, request.path.hasPrefix(Self.modelsPath) else {
      return Self.refused(
        Refusal(
          404,
          "there are GET /v1/models and POST /v1/chat/completions here, no"
            + " \(request.method.rawValue) \(request.path)"))
    }
    let written = String(request.path.dropFirst(Self.modelsPath.count))
    let wanted = written.removingPercentEncoding ?? written
    if wanted.isEmpty { return models() }
    guard wanted == settings.name else {
      return Self.refused(.unknownModel(wanted, settings.name))
    }
    return Self.json(200, entry)
  }

  private func completion(_ request: HTTPRequest) async -> HTTPResponse {
    do {
      let body = try await body(of: request)
      let question = try ChatQuestion(body, model: settings.name)
      guard let events = queue.ask(question, size: body.count) else {
        var full = Refusal(429, "\(settings.queueLimit) questions wait already; try again later")
        full.retryAfter = 1
        throw full
      }
      return await answered(question, events)
    } catch let refusal as Refusal {
      return Self.refused(refusal)
    } catch {
      return Self.refused(Refusal(400, "the request could not be read"))
    }
  }

  /// The body, never more of it than is allowed.
  ///
  /// What is too much is read and thrown away: most clients show a broken connection, and not the
  /// refusal, where the server stops listening. There is an end to that too.
  private func body(of request: HTTPRequest) async throws -> [UInt8] {
    let tooLarge = Refusal(
      413, "the body is longer than \(readableSize(settings.bodyLimit)); send smaller images")
    let most = 16 * settings.bodyLimit
    if let count = request.bodySequence.count, count > most { throw tooLarge }
    var body: [UInt8] = []
    var received = 0
    for try await piece in request.bodySequence {
      received += piece.count
      if received > most { throw tooLarge }
      if received > settings.bodyLimit {
        body = []
      } else {
        body.append(contentsOf: piece)
      }
    }
    guard received <= settings.bodyLimit else { throw tooLarge }
    return body
  }

  private func answered(
    _ question: ChatQuestion, _ events: AsyncStream<EngineQueue.Event>
  ) async -> HTTPResponse {
    let reply = ReplyWriter(model: settings.name)
    guard question.streams else {
      for await event in events {
        switch event {
        case .text: continue
        case .done(let answer): return Self.json(200, reply.whole(answer))
        case .failed(let refusal): return Self.refused(refusal)
        }
      }
      return Self.refused(Refusal(500, "the engine stopped"))
    }
    // The status depends on whether the question can be answered at all.
    var iterator = events.makeAsyncIterator()
    let first = await iterator.next()
    if case .failed(let refusal)? = first { return Self.refused(refusal) }
    let bytes = EventBytes(
      first: first, rest: events, writer: reply, includesUsage: question.includesUsage)
    return HTTPResponse(
      statusCode: .ok,
      headers: [
        .contentType: "text/event-stream; charset=utf-8", HTTPHeader("Cache-Control"): "no-cache",
      ],
      body: HTTPBodySequence(from: bytes))
  }

  private static func refused(_ refusal: Refusal) -> HTTPResponse {
    var response = json(refusal.status, refusal.json)
    if let seconds = refusal.retryAfter {
      response.headers[HTTPHeader("Retry-After")] = String(seconds)
    }
    // The rest of a body that was not read must not be taken for the next request.
    if refusal.status == 413 { response.headers[.connection] = "close" }
    return response
  }

  private static func json(_ status: Int, _ value: DataFormats.JSONValue) -> HTTPResponse {
    let phrase = HTTPURLResponsePhrase.phrase(status)
    return HTTPResponse(
      statusCode: HTTPStatusCode(status, phrase: phrase),
      headers: [.contentType: "application/json"], body: Data(value.text().utf8))
  }
}

/// The words beside a status.
private enum HTTPURLResponsePhrase {
  static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 413: "Payload Too Large"
    case 429: "Too Many Requests"
    default: "Internal Server Error"
    }
  }
}
