public import Diagnostics

/// What can go wrong when tables are put together.
public typealias ReportingError = CodedError<ReportingErrorCode>

/// The codes of ``ReportingError``.
public enum ReportingErrorCode: String, Sendable {
  case unknownName = "unknown-name"
  case invalidData = "invalid-data"
}
