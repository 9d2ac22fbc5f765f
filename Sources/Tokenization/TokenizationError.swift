public import Diagnostics

/// What can be wrong with a tokenizer: its files, what they declare, or a request that it cannot
/// serve.
public typealias TokenizationError = CodedError<TokenizationErrorCode>

/// The codes of ``TokenizationError``.
public enum TokenizationErrorCode: String, Sendable {
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
