public import Diagnostics

/// What can prevent a comparison.
public typealias ComparisonError = CodedError<ComparisonErrorCode>

/// The codes of ``ComparisonError``.
public enum ComparisonErrorCode: String, Sendable {
  case repeatedID = "repeated-id"
  /// Two runs that are not of one benchmark, or folders without one in common.
  case differentBenchmarks = "different-benchmarks"
  case noAnswers = "no-answers"
  case unknownName = "unknown-name"
  /// A margin, a level or a count that cannot be used.
  case invalidOption = "invalid-option"
  case invalidLine = "invalid-line"
}

extension ComparisonError {
  /// Whether the command line was wrong, and nothing failed: exit code 2.
  public var isUsage: Bool {
    switch code {
    case .differentBenchmarks, .unknownName, .invalidOption: true
    case .repeatedID, .noAnswers, .invalidLine: false
    }
  }
}
