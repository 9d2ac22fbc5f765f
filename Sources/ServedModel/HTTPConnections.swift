import CCurl
import Foundation
import Synchronization

/// Requests to one server over connections that are kept, one for each thread that asks.
///
/// libcurl and not URLSession, which is built on it: FoundationNetworking traps ("Transfer
/// completed, but there's no response") where a server closes in the middle of its headers, and a
/// server must not be able to end a run. async-http-client costs nine minutes of every build.
final class HTTPConnections: Sendable {
  /// A libcurl handle on its way from thread to thread; only one has it at a time.
  private struct Handle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  private let idle = Mutex<[Handle]>([])
  /// The variable that names certificates to trust, as for OpenSSL's own tools.
  static let authoritiesVariable = "SSL_CERT_FILE"
  private let authorities = ProcessInfo.processInfo.environment[authoritiesVariable]

  deinit { idle.withLock { for handle in $0 { ccurl_close(handle.pointer) } } }

  /// Sends a request and waits for its reply. Redirects are not followed.
  ///
  /// - Parameters:
  ///   - body: nil: GET
  ///   - seconds: from now to the last byte.
  ///   - limit: the most bytes of the reply that are taken.
  /// - Throws: ``ServedModelError`` `time-limit`, `connection-cut`, `server-unreachable`,
  ///   `server-certificate`, `reply-too-large`, `malformed-reply`.
  func send(
    _ url: String, headers: [String], body: [UInt8]? = nil, within seconds: Double, limit: Int
  ) throws(ServedModelError) -> ReplyCollector {
    guard let handle = idle.withLock({ $0.popLast() }) ?? ccurl_open().map(Handle.init) else {
      throw ServedModelError(.connectionCut, "there is no memory for a connection", reach: .attempt)
    }
    defer { idle.withLock { $0.append(handle) } }
    let collector = ReplyCollector(limit: limit)
    var message = [CChar](repeating: 0, count: 256)
    let result = Self.perform(
      handle.pointer, url, headers: headers, body: body,
      milliseconds: Int(max(1, seconds * 1000)), authorities: authorities, collector, &message)
    // What a broken connection leaves half-sent is no fault of the reply's form.
    if result == CCURL_DONE || result == CCURL_STOPPED { collector.end() }
    let words = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if let fault = collector.fault { throw fault }
    switch result {
    case CCURL_DONE where collector.status > 0, CCURL_STOPPED: return collector
    case CCURL_TIME:
      throw ServedModelError(
        .timeLimit, "the server did not finish its reply within \(Self.shown(seconds)) s",
        reach: .attempt)
    case CCURL_UNREACHABLE: throw ServedModelError(.unreachable, words, reach: .attempt)
    case CCURL_CERTIFICATE: throw ServedModelError(.certificate, words, reach: .run)
    default:
      throw ServedModelError(
        .connectionCut,
        collector.status == 0
          ? "the connection broke before a reply came (\(words))"
          : "the connection broke in the middle of the reply (\(words))", reach: .attempt)
    }
  }

  private static func shown(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? String(Int(seconds)) : String(format: "%.1f", seconds)
  }

  /// The call of the C function, with everything that it borrows alive around it.
  private static func perform(
    _ handle: UnsafeMutableRawPointer, _ url: String, headers: [String], body: [UInt8]?,
    milliseconds: Int, authorities: String?, _ collector: ReplyCollector, _ message: inout [CChar]
  ) -> ccurl_result {
    let lines = headers.map { strdup($0) }
    let file = authorities.flatMap { strdup($0) }
    let address = strdup(url)
    defer {
      for line in lines { free(line) }
      free(file)
      free(address)
    }
    let borrowed = lines.map { UnsafePointer($0) }
    return withExtendedLifetime(collector) {
      borrowed.withUnsafeBufferPointer { borrowed in
        (body ?? []).withUnsafeBufferPointer { bytes in
          var request = ccurl_request()
          request.url = UnsafePointer(address)
          request.headers = borrowed.baseAddress
          request.header_count = borrowed.count
          request.body = body == nil ? nil : bytes.baseAddress
          request.body_count = bytes.count
          request.milliseconds = milliseconds
          request.authorities = UnsafePointer(file)
          request.context = Unmanaged.passUnretained(collector).toOpaque()
          request.header = { context, bytes, count in
            HTTPConnections.collector(context)?
              .takeHeader(UnsafeBufferPointer(start: bytes, count: count))
          }
          request.piece = { context, bytes, count in
            HTTPConnections.collector(context)?
              .take(UnsafeBufferPointer(start: bytes, count: count)) ?? false
          }
          request.goes_on = { context in HTTPConnections.collector(context)?.goesOn ?? false }
          return ccurl_send(handle, &request, &message)
        }
      }
    }
  }

  private static func collector(_ context: UnsafeMutableRawPointer?) -> ReplyCollector? {
    context.map { Unmanaged<ReplyCollector>.fromOpaque($0).takeUnretainedValue() }
  }
}
