import DataFormats
import Diagnostics
import Foundation

/// What a server says it has (`GET /models`).
struct ServerModels {
  private let address: ServerAddress
  /// Nil where the server has no such list.
  private let entries: [JSONValue]?

  /// Asks until the server says what it has: one that still loads its model answers 503, a busy one
  /// 429, and neither is a reason not to begin. A wrong key or address is told at once.
  static func asked(
    _ connections: HTTPConnections, address: ServerAddress, settings: ServedModelSettings,
    pace: Pace
  ) throws(ServedModelError) -> ServerModels {
    let deadline = Date(timeIntervalSinceNow: settings.questionSeconds)
    var failures = 0
    while true {
      do throws(ServedModelError) {
        return try ServerModels(connections, address: address, settings: settings)
      } catch {
        guard error.reach == .attempt, error.code != .unreachable else { throw error }
        // As with questions: a server that names its time is not ill.
        if error.code != .rateLimited || error.retryAfter == nil { failures += 1 }
        let delay = max(
          error.retryAfter.map { $0 / .seconds(1) } ?? 0,
          failures > 0 ? pace.delay(before: failures) : 0)
        guard failures <= settings.retries, Date(timeIntervalSinceNow: delay) < deadline else {
          throw error
        }
        Thread.sleep(forTimeInterval: delay)
      }
    }
  }

  init(
    _ connections: HTTPConnections, address: ServerAddress, settings: ServedModelSettings
  ) throws(ServedModelError) {
    self.address = address
    let outcome: ReplyCollector
    do {
      outcome = try connections.send(
        address.url("/models"), headers: settings.authorisation, within: 30, limit: 4 << 20)
    } catch {
      throw Self.opening(error, address)
    }
    guard (200..<300).contains(outcome.status) else {
      // Some servers answer chats only; whether the model is there, the first answer tells.
      if [404, 405, 501].contains(outcome.status) {
        entries = nil
        return
      }
      var fault = ServerFault(
        status: outcome.status, headers: outcome.headers, body: outcome.body, key: settings.key
      ).error
      fault.location = Location(file: address.base)
      throw fault
    }
    guard let list = (try? JSONValue.parse(outcome.body))?["data"]?.arrayValue else {
      throw ServedModelError(
        .malformedReply,
        "the reply to /models is not that of an OpenAI-compatible server; the address most often"
          + " ends with /v1", reach: .run, at: Location(file: address.base))
    }
    entries = list
  }

  private var names: [String] { entries?.compactMap { $0["id"]?.stringValue } ?? [] }

  /// The name to ask for.
  /// - Throws: `unknown-model` with the names that there are.
  func chosen(_ wanted: String?) throws(ServedModelError) -> String {
    guard let wanted else {
      guard names.count == 1 else {
        throw ServedModelError(
          .unknownModel,
          names.isEmpty
            ? "the server does not say which models it has; name one with --served-name"
            : "the server has \(names.count) models; name one with --served-name: \(shownNames)",
          reach: .run, at: Location(file: address.base))
      }
      return names[0]
    }
    if let entries, !entries.isEmpty, !names.contains(wanted) {
      throw ServedModelError(
        .unknownModel, "the server does not have the model \"\(wanted)\"; it has \(shownNames)",
        reach: .run, at: Location(file: address.base))
    }
    return wanted
  }

  private var shownNames: String {
    let shown = names.prefix(20).map { ServerFault.shown($0, hiding: nil) }
    return shown.joined(separator: ", ")
      + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }

  /// What the server tells about a model, without what changes from start to start.
  func reported(of name: String) -> String {
    guard let entry = entries?.first(where: { $0["id"]?.stringValue == name })?.objectValue else {
      return "nothing"
    }
    let passing = ["id", "object", "created", "permission", "loaded", "state", "status"]
    let parts = entry.filter { !passing.contains($0.key) }.compactMap { key, value -> String? in
      switch value {
      case .null, .array: return nil
      case .object(let members):
        let inner = members.compactMap { name, value in
          value.arrayValue == nil && value.objectValue == nil && !value.isNull
            ? "\(name)=\(value.stringValue ?? value.text())" : nil
        }
        return inner.isEmpty ? nil : "\(key)(\(inner.joined(separator: ", ")))"
      default: return "\(key)=\(value.stringValue ?? value.text())"
      }
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  private static func opening(
    _ error: ServedModelError, _ address: ServerAddress
  ) -> ServedModelError {
    var error = error
    error.location = Location(file: address.base)
    switch error.code {
    case .unreachable:
      error.message = "no server answers there (\(error.message)); start it, or check the address"
    case .certificate:
      error.message =
        "the server's certificate is not trusted (\(error.message)); name the file of its authority"
        + " in the environment variable \(HTTPConnections.authoritiesVariable)"
    default: break
    }
    return error
  }
}
