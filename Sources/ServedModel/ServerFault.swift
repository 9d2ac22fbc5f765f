import DataFormats
import Foundation

/// Reads what a server says in place of an answer: what may be asked again, what fails one
/// question, what ends the run.
struct ServerFault {
  let status: Int
  let headers: [String: String]
  /// The server's own sentence, shortened, without the key.
  let sentence: String
  private let code: String
  private let parameter: String
  /// Everything in lower case, for the words that servers use where they have no codes.
  private let words: String

  /// - Parameters:
  ///   - error: the reply's `error`, where it is JSON.
  ///   - key: what may not be shown, should the server repeat it.
  init(
    status: Int, headers: [String: String] = [:], body: [UInt8] = [], error: JSONValue? = nil,
    key: String?
  ) {
    self.status = status
    self.headers = headers
    let document = error ?? (try? JSONValue.parse(body))
    let inner = document?["error"] ?? document
    // OpenAI: {"error": {"message", "type", "param", "code"}}; FastAPI: {"detail": ...}.
    var text =
      inner?["message"]?.stringValue ?? inner?.stringValue ?? document?["detail"]?.stringValue
      ?? document?["detail"]?.text() ?? document?["message"]?.stringValue ?? ""
    if text.isEmpty, document == nil { text = Self.plainText(body) }
    sentence = Self.shown(text, hiding: key)
    code =
      [inner?["code"], inner?["type"], document?["type"]].compactMap { $0?.stringValue }
      .joined(separator: " ").lowercased()
    parameter = inner?["param"]?.stringValue ?? ""
    words = (code + " " + text).lowercased()
  }

  /// The error that the server's words amount to.
  var error: ServedModelError {
    if let certain = certain { return certain }
    switch status {
    case 300..<400:
      return fault(
        .redirected, .run,
        "it redirects to \(headers["location"].map { "\"\($0)\"" } ?? "another address"), which is"
          + " not followed, since the key would go there; name that address with --model if you"
          + " trust it")
    case 401, 403: return fault(.wrongKey, .run, "it refuses the key (--key-variable)")
    case 402: return fault(.quotaUsedUp, .run, "it wants to be paid")
    case 404, 405, 501:
      return fault(
        .unreachable, .run,
        "it has no chat completions here; the address must end before /chat/completions, most"
          + " often with /v1")
    case 429: return fault(.rateLimited, .attempt, "it asks for fewer requests", waits: true)
    case 408, 409, 425: return fault(.serverError, .attempt, "it asks to try again", waits: true)
    case 413: return fault(.promptTooLong, .question, "the question is too large for it")
    case 500...: return fault(.serverError, .attempt, "it failed", waits: true)
    default: return fault(.refused, .question, "it refuses the question")
    }
  }

  /// What the words tell whatever the status is: servers disagree about statuses.
  private var certain: ServedModelError? {
    func says(_ any: String...) -> Bool { any.contains { words.contains($0) } }
    if says(
      "context_length_exceeded", "maximum context length", "exceed_context_size",
      "context size", "context window", "prompt is too long", "max_model_len",
      "longer than the maximum model length", "too many tokens", "input is too long")
    {
      return fault(.promptTooLong, .question, "the question is too long for the model")
    }
    if says(
      "content_filter", "content_policy", "responsibleai", "data_inspection_failed",
      "content management policy", "moderation", "flagged")
    {
      return fault(.contentFiltered, .question, "a content filter refuses the question")
    }
    if says(
      "insufficient_quota", "billing_hard_limit", "exceeded your current quota",
      "insufficient balance", "insufficient credits")
    {
      return fault(.quotaUsedUp, .run, "the quota or credit is used up")
    }
    if says("model_not_found")
      || (words.contains("model")
        && says("does not exist", "not found", "unknown model", "no such model"))
    {
      return fault(.unknownModel, .run, "it does not have the model")
    }
    if says("invalid_api_key", "incorrect api key", "api key not valid", "invalid api key") {
      return fault(.wrongKey, .run, "it refuses the key (--key-variable)")
    }
    if says("unsupported_parameter", "unsupported_value")
      || (400..<500).contains(status) && Generation.known.contains(parameter)
    {
      return fault(
        .invalidRequest, .run,
        "it does not take \(parameter.isEmpty ? "a setting" : parameter); change it with"
          + " --generation")
    }
    return nil
  }

  /// Whether the server does not know the name of a member of the request.
  func objects(to member: String) -> Bool {
    (400..<500).contains(status) && (parameter == member || words.contains(member))
  }

  private func fault(
    _ code: ServedModelError.Code, _ reach: ServedModelError.Reach, _ what: String,
    waits: Bool = false
  ) -> ServedModelError {
    let said = sentence.isEmpty ? "" : ": \(sentence)"
    return ServedModelError(
      code, "the server answers \(status): \(what)\(said)", reach: reach,
      retryAfter: waits ? RetryAfter.duration(headers, now: Date()) : nil)
  }

  /// What a web page says, roughly.
  private static func plainText(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(4096), as: UTF8.self)
    return text.replacing(#/<[^>]*>/#, with: " ")
  }

  /// One line of at most 300 characters without control characters.
  static func shown(_ text: String, hiding key: String?) -> String {
    var text = text
    if let key, key.count >= 4 { text = text.replacing(key, with: "(key)") }
    let words = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? " " : String(scalar)
    }.joined().split(separator: " ").joined(separator: " ")
    return words.count > 300 ? words.prefix(300) + "..." : words
  }
}

/// `Retry-After` in seconds or as a date, and `retry-after-ms`, which some servers send as well.
enum RetryAfter {
  static func duration(_ headers: [String: String], now: Date) -> Duration? {
    if let text = headers["retry-after-ms"], let number = Double(text), number >= 0, number < 1e12 {
      return .milliseconds(Int(number))
    }
    guard let text = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else {
      return nil
    }
    if let number = Double(text) {
      return number >= 0 && number < 1e9 ? .milliseconds(Int(number * 1000)) : nil
    }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = format.date(from: text) else { return nil }
    return .milliseconds(Int(max(0, min(date.timeIntervalSince(now), 1e9)) * 1000))
  }
}
