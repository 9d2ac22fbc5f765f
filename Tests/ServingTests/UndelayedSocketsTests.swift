import FlyingFox
import FlyingSocks
import Foundation
import Testing

@testable import Serving

struct UndelayedSocketsTests {
  @Test func `a socket sends at once from the first time that it waits`() async throws {
    let socket = try Socket(domain: AF_INET)
    defer { try? socket.close() }
    #expect(try Self.isUndelayed(socket) == false)
    try await UndelayedSockets(pool: Ready()).suspendSocket(socket, untilReadyFor: .read)
    #expect(try Self.isUndelayed(socket))
  }

  @Test func `what a listening server accepts sends at once`() async throws {
    let server = try HTTPServer.undelayed(host: "127.0.0.1", port: 0, seconds: 10)
    let running = Task { try await server.run() }
    defer { running.cancel() }
    try await server.waitUntilListening()
    let state = try #require(await server.listeningAddress)
    guard case .ip4(_, let port) = state else { throw Unexpected() }
    let client = try Socket(domain: AF_INET)
    defer { try? client.close() }
    try client.connect(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: port))
    // The one that listens, and the one that it accepted.
    for _ in 0..<1_000 where Self.undelayedCount(port: port) < 2 {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(Self.undelayedCount(port: port) == 2)
  }

  private struct Unexpected: Error {}

  /// A pool in which every socket is ready.
  private struct Ready: AsyncSocketPool {
    func prepare() async throws {}
    func run() async throws {}
    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {}
  }

  private static func isUndelayed(_ socket: Socket) throws -> Bool {
    var (isOn, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    guard getsockopt(socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, &size) == 0
    else { throw Unexpected() }
    return isOn != 0
  }

  /// How many sockets of this process at a local port of ours send at once.
  private static func undelayedCount(port: UInt16) -> Int {
    (0..<1024).count { file in
      let socket = Socket(file: .init(rawValue: Int32(file)))
      guard case .ip4(_, port)? = try? socket.sockname() else { return false }
      return (try? isUndelayed(socket)) == true
    }
  }
}
