import Foundation

/// The terminal that standard output is, if it is one.
public enum Terminal {
  /// Narrower terminals are written to as if they had so many columns.
  public static let narrowest = 60

  /// Columns of the terminal; where standard output is none, what the environment's `COLUMNS`
  /// says, or 80.
  public static func width(
    descriptor: Int32 = STDOUT_FILENO,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    var size = winsize()
    if isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return max(narrowest, Int(size.ws_col))
    }
    return max(narrowest, environment["COLUMNS"].flatMap { Int($0) } ?? 80)
  }
}
