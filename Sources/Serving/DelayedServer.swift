import DataFormats
public import Diagnostics
import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// A chat server that knows no model: every question is answered after the same time. What a client
/// needs beyond that is its own cost.
///
///     let server = DelayedServer(milliseconds: 50)
///     let address = try server.start()   // http://127.0.0.1:41234/v1
public final class DelayedServer: Sendable {
  private let milliseconds: Int
  private let task = Mutex<Task<Void, any Error>?>(nil)

  public init(milliseconds: Int) { self.milliseconds = milliseconds }

  deinit { task.withLock { $0?.cancel() } }

  /// Listens on a free port of loopback until this object goes.
  /// - Throws: ``NotListening`` where no port can be had.
  public func start() throws(NotListening) -> String {
    let (listening, milliseconds) = (Listening(), milliseconds)
    let serving = Task { try await Self.serve(after: milliseconds, listening) }
    task.withLock { $0 = serving }
    guard let port = listening.wait(seconds: 10) else {
      throw NotListening()
    }
    return "http://127.0.0.1:\(port)/v1"
  }

  public struct NotListening: LocatedError {
    public let codeName = "not-listening"
    public let message = "no free port of this machine could be listened at"
    public let location: Location? = nil
  }

  private static func serve(after milliseconds: Int, _ listening: Listening) async throws {
    let server = try HTTPServer.undelayed(host: "127.0.0.1", port: 0, seconds: 3600)
    await server.appendRoute("GET /v1/models") { _ in
      json(["object": "list", "data": [["id": "delayed", "object": "model"]]])
    }
    await server.appendRoute("POST /v1/chat/completions") { request in
      for try await _ in request.bodySequence {}
      try await Task.sleep(for: .milliseconds(milliseconds))
      return json([
        "id": "delayed", "object": "chat.completion", "model": "delayed",
        "choices": [
          [
            "index": 0, "finish_reason": "stop",
            "message": ["role": "assistant", "content": "yes"],
          ]
        ], "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
      ])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask {
        try await server.waitUntilListening()
        if case .ip4(_, let port)? = await server.listeningAddress { listening.begins(port) }
      }
      try await group.waitForAll()
    }
  }

  private static func json(_ value: DataFormats.JSONValue) -> HTTPResponse {
    HTTPResponse(
      statusCode: .ok, headers: [.contentType: "application/json"], body: Data(value.text().utf8))
  }

  /// Lets a thread wait for the port.
  private final class Listening: @unchecked Sendable {
    private let signal = DispatchSemaphore(value: 0)
    private let port = Mutex<UInt16?>(nil)

    func begins(_ number: UInt16) {
      port.withLock { $0 = number }
      signal.signal()
    }

    func wait(seconds: Int) -> UInt16? {
      _ = signal.wait(timeout: .now() + .seconds(seconds))
      return port.withLock { $0 }
    }
  }
}
