public import Diagnostics

/// What can be wrong with a tokenizer: its files, what they declare, or a request that it cannot
/// serve.
public struct TokenizationError: LocatedError {
  public enum Code: String, Sendable {
    case missingTokenizer = "missing-tokenizer"
    case unreadableFile = "unreadable-file"
    case invalidModel = "invalid-model"
    case invalidConfiguration = "invalid-configuration"
    case unsupportedTokenizer = "unsupported-tokenizer"
    case unknownTemplate = "unknown-template"
    case invalidConversation = "invalid-conversation"
    case invalidSize = "invalid-size"
    case codecFailure = "codec-failure"
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?
  public var codeName: String { code.rawValue }

  public init(
    _ code: Code, _ message: String, at location: Location? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }
}
