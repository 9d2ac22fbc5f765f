import Diagnostics

/// What can go wrong around a metric: an unknown name, or a line of vectors that is not one.
public struct MetricError: LocatedError {
  public enum Code: String, Sendable {
    case unknownName = "unknown-name"
    case invalidLine = "invalid-line"
    /// The evaluator itself raises an exception here.
    case evaluatorFails = "evaluator-fails"
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var codeName: String { code.rawValue }

  public init(_ code: Code, _ message: String, at location: Location? = nil) {
    self.code = code
    self.message = message
    self.location = location
  }
}
