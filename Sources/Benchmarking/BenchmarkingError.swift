public import Diagnostics

/// What can be wrong with a measurement before it starts.
public typealias BenchmarkingError = CodedError<BenchmarkingErrorCode>

/// The codes of ``BenchmarkingError``.
public enum BenchmarkingErrorCode: String, Sendable {
  case invalidRequest = "invalid-request"
  case unreadableData = "unreadable-data"
  case unwritableFolder = "unwritable-folder"
  case wrongResult = "wrong-result"
}
