public import Diagnostics

/// An exception of an evaluator's own that is part of its behaviour: there is no score where it is
/// raised.
public struct EvaluatorException: LocatedError, Equatable {
  /// The Python class: `AssertionError`, `ValueError`, `ZeroDivisionError` ...
  public var name: String
  /// Why the evaluator stops.
  public var reason: String
  public var location: Location?
  public var codeName: String { MetricError.Code.evaluatorFails.rawValue }
  public var message: String {
    reason.isEmpty
      ? "the evaluator stops with \(name) here" : "\(reason): the evaluator stops with \(name)"
  }

  public init(name: String, reason: String = "", at location: Location? = nil) {
    self.name = name
    self.reason = reason
    self.location = location
  }

  /// The same exception, where it happened.
  public func located(at location: Location?) -> EvaluatorException {
    EvaluatorException(name: name, reason: reason, at: location)
  }
}
