import Diagnostics

/// What can be wrong with a data file: its syntax, its schema, or its bytes.
public struct DataFormatError: LocatedError {
  public enum Code: String, Sendable {
    case unreadableFile = "unreadable-file"
    case invalidSyntax = "invalid-syntax"
    case missingKey = "missing-key"
    case wrongType = "wrong-type"
    case unsupportedFeature = "unsupported-feature"
    case limitExceeded = "limit-exceeded"
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
