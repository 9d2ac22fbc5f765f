import Diagnostics

/// What can go wrong around a metric: an unknown name, or a line of vectors that is not one.
public typealias MetricError = CodedError<MetricErrorCode>

/// The codes of ``MetricError``.
public enum MetricErrorCode: String, Sendable {
  case unknownName = "unknown-name"
  case invalidLine = "invalid-line"
  /// The evaluator itself raises an exception here.
  case evaluatorFails = "evaluator-fails"
}
