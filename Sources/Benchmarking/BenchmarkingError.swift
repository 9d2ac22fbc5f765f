public import Diagnostics

/// What can be wrong with a measurement before it starts.
public struct BenchmarkingError: LocatedError {
  public enum Code: String, Sendable {
    case invalidRequest = "invalid-request"
    case unreadableData = "unreadable-data"
    case unwritableFolder = "unwritable-folder"
    case wrongResult = "wrong-result"
  }

  public let code: Code
  public let message: String
  public let location: Location?
  public let cause: (any Error)?

  public init(
    _ code: Code, _ message: String, at location: Location? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }

  public var codeName: String { code.rawValue }
}
