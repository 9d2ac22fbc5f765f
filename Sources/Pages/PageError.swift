public import Diagnostics

/// What can go wrong when a page is written.
public typealias PageError = CodedError<PageErrorCode>

/// The codes of ``PageError``.
public enum PageErrorCode: String, Sendable {
  /// There is nothing to show.
  case nothingToShow = "nothing-to-show"
  /// The place of the page holds something else.
  case occupied = "occupied"
  case writeFailed = "write-failed"
  /// A page in one file would be too large for a browser.
  case tooLarge = "page-too-large"
}
