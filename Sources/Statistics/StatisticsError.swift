public import Diagnostics

/// What can be wrong with lines of vectors, or with the options of a comparison.
public struct StatisticsError: LocatedError {
  public enum Code: String, Sendable {
    case unknownName = "unknown-name"
    case invalidLine = "invalid-line"
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

  static func unknownName(_ name: String, among known: [String]) -> StatisticsError {
    StatisticsError(
      .unknownName, "unknown statistics \"\(name)\"; \(suggestion(for: name, among: known))")
  }
}
