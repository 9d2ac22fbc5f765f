import Diagnostics

/// What can go wrong around a run: its data, its directory, its disk.
public struct EvaluationError: LocatedError {
  public enum Code: String, Sendable {
    case missingFolder = "missing-folder"
    case unreadableFolder = "unreadable-folder"
    case unknownFormat = "unknown-format"
    case unknownName = "unknown-name"
    case invalidData = "invalid-data"
    case unreadableImage = "unreadable-image"
    case severalImages = "several-images"
    case runChanged = "run-changed"
    case runsDiffer = "runs-differ"
    case runLocked = "run-locked"
    case notARun = "not-a-run"
    case damagedLog = "damaged-log"
    case writeFailed = "write-failed"
    case invalidSelection = "invalid-selection"
    /// Several files, splits or runs could be meant.
    case ambiguous
    case allFailed = "all-failed"
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
}
