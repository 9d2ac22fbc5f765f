public import Diagnostics

/// What can go wrong when tables are put together.
public struct ReportingError: LocatedError {
  public enum Code: String, Sendable {
    case unknownName = "unknown-name"
    case invalidData = "invalid-data"
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
