import Diagnostics

/// What can go wrong around a run: its data, its directory, its disk.
public typealias EvaluationError = CodedError<EvaluationErrorCode>

/// The codes of ``EvaluationError``.
public enum EvaluationErrorCode: String, Sendable {
  case missingFolder = "missing-folder"
  case unreadableFolder = "unreadable-folder"
  case unknownFormat = "unknown-format"
  case unknownName = "unknown-name"
  case unknownSplit = "unknown-split"
  case invalidData = "invalid-data"
  case filesDisagree = "files-disagree"
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
