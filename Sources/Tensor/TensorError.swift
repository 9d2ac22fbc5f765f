import Diagnostics

/// What can be wrong with the machine or with weights before any arithmetic starts.
public struct TensorError: LocatedError {
  public enum Code: String, Sendable {
    case unsupportedInstructionSet = "unsupported-instruction-set"
    case missingLibrary = "missing-library"
    case threadsRefused = "threads-refused"
    case sizeMismatch = "size-mismatch"
    case outOfMemory = "out-of-memory"
  }

  public let code: Code
  public let message: String
  public let location: Location?

  public init(_ code: Code, _ message: String, location: Location? = nil) {
    self.code = code
    self.message = message
    self.location = location
  }

  public var codeName: String { code.rawValue }
}
