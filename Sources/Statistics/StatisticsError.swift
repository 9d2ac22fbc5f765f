public import Diagnostics

/// What can be wrong with lines of vectors, or with the options of a comparison.
public typealias StatisticsError = CodedError<StatisticsErrorCode>

/// The codes of ``StatisticsError``.
public enum StatisticsErrorCode: String, Sendable {
  case unknownName = "unknown-name"
  case invalidLine = "invalid-line"
}

extension StatisticsError {
  static func unknownName(_ name: String, among known: [String]) -> StatisticsError {
    StatisticsError(
      .unknownName, "unknown statistics \"\(name)\"; \(suggestion(for: name, among: known))")
  }
}
