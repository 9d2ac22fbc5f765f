import Foundation

/// Where an OpenAI-compatible server is: `openai:http://localhost:8000/v1`.
public struct ServerAddress: Sendable, Equatable {
  /// What tells it from a checkpoint folder on the command line.
  public static let prefix = "openai:"

  /// Without a slash at its end.
  public let base: String
  /// Scheme, host and port; a redirect may not leave it.
  let origin: String
  let isEncrypted: Bool
  /// Whether what is sent stays on this machine.
  let isLoopback: Bool

  public static func isMeant(by model: String) -> Bool { model.hasPrefix(prefix) }

  /// - Parameter text: with or without ``prefix``.
  /// - Throws: ``ServedModelError`` saying what an address must look like.
  public init(_ text: String) throws(ServedModelError) {
    var text = text
    if text.hasPrefix(Self.prefix) { text.removeFirst(Self.prefix.count) }
    while text.hasSuffix("/") { text.removeLast() }
    let example = "write it as openai:http://localhost:8000/v1"
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
    else {
      throw .usage("\"\(text)\" is no address of a server; \(example)")
    }
    guard parts.user == nil, parts.password == nil else {
      throw .usage(
        "the address holds a user or password, which would be logged; a key comes from an"
          + " environment variable (--key-variable)")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw .usage("the address \"\(text)\" must end with its path; \(example)")
    }
    if text.hasSuffix("/chat/completions") { text.removeLast("/chat/completions".count) }
    base = text
    isEncrypted = scheme == "https"
    origin = Self.origin(parts) ?? ""
    isLoopback =
      host == "localhost" || host == "::1" || host == "[::1]"
      || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
  }

  /// `scheme://host:port` in one spelling; nil for what is no web address.
  static func origin(_ parts: URLComponents) -> String? {
    guard let scheme = parts.scheme?.lowercased(), let host = parts.host?.lowercased() else {
      return nil
    }
    return "\(scheme)://\(host):\(parts.port ?? (scheme == "https" ? 443 : 80))"
  }

  /// What the user should know before a key leaves this machine; nil where there is nothing.
  public func keyWarning(_ hasKey: Bool) -> String? {
    guard hasKey, !isLoopback else { return nil }
    return "the key goes to \(origin)"
      + (isEncrypted ? "" : " unencrypted, so that others on the network can read it")
  }

  func url(_ path: String) -> String { base + path }
}
