import FlyingFox
import FlyingSocks
import Foundation

/// Sockets that send every piece at once (`TCP_NODELAY`).
///
/// The HTTP server writes a reply's header and its body apart. Without this the system keeps the
/// body back until the client has acknowledged the header, which clients put off by 40 ms: a 50 ms
/// answer would take 90, and a stream would stutter.
struct UndelayedSockets<Pool: AsyncSocketPool>: AsyncSocketPool {
  let pool: Pool

  func prepare() async throws { try await pool.prepare() }

  func run() async throws { try await pool.run() }

  /// The first socket that waits is the one that listens; those that it accepts inherit its options.
  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    var isOn: Int32 = 1
    // A socket of another family has no such option, and no such delay.
    _ = setsockopt(
      socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn,
      socklen_t(MemoryLayout<Int32>.size))
    try await pool.suspendSocket(socket, untilReadyFor: events)
  }
}

extension HTTPServer {
  /// A server of ours: undelayed, silent, without memory of what was sent.
  ///
  /// - Parameters:
  ///   - port: 0: any free one.
  ///   - seconds: the time limit of one answer.
  /// - Throws: where `host` is no address.
  static func undelayed(host: String, port: UInt16, seconds: Double) throws -> HTTPServer {
    HTTPServer(
      config: Configuration(
        address: try sockaddr_in.inet(ip4: host, port: port), timeout: seconds,
        sharedRequestReplaySize: 0, pool: UndelayedSockets(pool: defaultPool()),
        logger: .disabled))
  }
}
