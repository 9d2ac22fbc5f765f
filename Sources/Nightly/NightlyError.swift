public import Diagnostics

/// What can go wrong around a night: its configuration, its root, its history.
public typealias NightlyError = CodedError<NightlyErrorCode>

/// The codes of ``NightlyError``.
public enum NightlyErrorCode: String, Sendable {
  case invalidConfiguration = "invalid-configuration"
  /// Another process works on the same root.
  case rootHeld = "root-held"
  case writeFailed = "write-failed"
  case unknownNight = "unknown-night"
  /// A night directory whose files do not hold what a night writes.
  case damagedNight = "damaged-night"
  case damagedHistory = "damaged-history"
  case invalidRequest = "invalid-request"
  case loadFailed = "load-failed"
  /// A benchmark was ended because it was clear that it got worse.
  case regressed
}

extension NightlyError {
  /// Whether the command line or the configuration was wrong, and nothing failed: exit code 2.
  public var isUsage: Bool { code == .invalidConfiguration || code == .invalidRequest }
}
