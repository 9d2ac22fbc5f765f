public import Diagnostics

/// What can go wrong between a run and a server, and how far it reaches.
public struct ServedModelError: LocatedError {
  public enum Code: String, Sendable {
    case invalidRequest = "invalid-request"
    // The server or the way to it.
    case unreachable = "server-unreachable"
    case certificate = "server-certificate"
    case connectionCut = "connection-cut"
    case timeLimit = "time-limit"
    case rateLimited = "rate-limited"
    case serverError = "server-error"
    case malformedReply = "malformed-reply"
    case replyTooLarge = "reply-too-large"
    case redirected = "server-redirects"
    // What the server says to one question.
    case promptTooLong = "prompt-too-long"
    case contentFiltered = "content-filtered"
    case refused = "request-refused"
    case unsendableImage = "unsendable-image"
    // What ends a run.
    case wrongKey = "wrong-key"
    case unknownModel = "unknown-model"
    case quotaUsedUp = "quota-used-up"
    case costLimit = "cost-limit"
    case costUnknown = "cost-unknown"
    case runTimeLimit = "run-time-limit"
    case failuresInARow = "failures-in-a-row"
  }

  /// How far an error reaches.
  public enum Reach: Sendable, Equatable {
    /// The next attempt may succeed.
    case attempt
    /// This question has no answer; others may have.
    case question
    /// No question will get an answer until something is mended.
    case run
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?
  public var reach: Reach
  /// What the server asks to wait before the next attempt.
  public var retryAfter: Duration?
  public var codeName: String { code.rawValue }

  public init(
    _ code: Code, _ message: String, reach: Reach, retryAfter: Duration? = nil,
    at location: Location? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.reach = reach
    self.retryAfter = retryAfter
    self.location = location
    self.cause = cause
  }

  /// A wrong option.
  static func usage(_ message: String) -> ServedModelError {
    ServedModelError(.invalidRequest, message, reach: .run)
  }
}
