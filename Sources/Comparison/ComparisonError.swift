public import Diagnostics

/// What can prevent a comparison.
public struct ComparisonError: LocatedError {
  public enum Code: String, Sendable {
    case repeatedID = "repeated-id"
    /// Two runs that are not of one benchmark, or folders without one in common.
    case differentBenchmarks = "different-benchmarks"
    case noAnswers = "no-answers"
    case unknownName = "unknown-name"
    /// A margin, a level or a count that cannot be used.
    case invalidOption = "invalid-option"
    case invalidLine = "invalid-line"
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

  /// Whether the command line was wrong, and nothing failed: exit code 2.
  public var isUsage: Bool {
    switch code {
    case .differentBenchmarks, .unknownName, .invalidOption: true
    case .repeatedID, .noAnswers, .invalidLine: false
    }
  }
}
