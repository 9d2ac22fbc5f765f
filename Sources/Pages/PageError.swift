public import Diagnostics

/// What can go wrong when a page is written.
public struct PageError: LocatedError {
  public enum Code: String, Sendable {
    /// There is nothing to show.
    case nothingToShow = "nothing-to-show"
    /// The place of the page holds something else.
    case occupied = "occupied"
    case writeFailed = "write-failed"
    /// A page in one file would be too large for a browser.
    case tooLarge = "page-too-large"
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?
  public var codeName: String { code.rawValue }

  init(_ code: Code, _ message: String, at location: Location? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }
}
