public import Diagnostics

/// What can go wrong around a night: its configuration, its root, its history.
public struct NightlyError: LocatedError {
  public enum Code: String, Sendable {
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

  /// Whether the command line or the configuration was wrong, and nothing failed: exit code 2.
  public var isUsage: Bool { code == .invalidConfiguration || code == .invalidRequest }
}
