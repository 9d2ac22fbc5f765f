import Diagnostics

/// What can be wrong with a data file: its syntax, its schema, or its bytes.
public typealias DataFormatError = CodedError<DataFormatErrorCode>

/// The codes of ``DataFormatError``.
public enum DataFormatErrorCode: String, Sendable {
  case unreadableFile = "unreadable-file"
  case invalidSyntax = "invalid-syntax"
  case missingKey = "missing-key"
  case wrongType = "wrong-type"
  case unsupportedFeature = "unsupported-feature"
  case limitExceeded = "limit-exceeded"
}
