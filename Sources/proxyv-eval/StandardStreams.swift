import Diagnostics
import Foundation
import Synchronization

/// The program's own use of standard input, output and error.
enum StandardStreams {
  /// Called first of all.
  ///
  /// A writer that has gone is an error like any other, and no signal. Where the caller has closed
  /// one of the three, a file that is opened later would get its number and be written into; so a
  /// descriptor is put there that reads nothing and refuses what is written.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for number in Int32(0)...2 where fcntl(number, F_GETFD) == -1 && errno == EBADF {
      let opened = open("/dev/null", O_RDONLY)
      if opened >= 0, opened != number {
        dup2(opened, number)
        close(opened)
      }
    }
  }

  /// The reason of the first write to standard output that failed.
  private static let outputError = Mutex<Int32?>(nil)

  /// What went wrong with anything that was printed, or nil.
  static func outputFailure() -> String? {
    outputError.withLock { $0 }.map {
      """
      standard output cannot be written: \(String(cString: strerror($0))); what was printed is \
      lost or incomplete
      """
    }
  }

  /// Writes to standard output at once; a failure is kept for ``outputFailure()``, so that a command
  /// ends its work before it says that nobody could read of it.
  static func writeOutput(_ text: String) {
    if let reason = writeAll(text, to: 1) { outputError.withLock { $0 = $0 ?? reason } }
  }

  /// Writes to standard error. That is a courtesy to whoever watches: a log on a full disk or a
  /// terminal that is gone must not end a run whose answers lie elsewhere.
  static func writeError(_ text: String) { _ = writeAll(text, to: 2) }

  /// - Returns: the reason where not everything could be written
  private static func writeAll(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return errno }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }
}

/// Prints like Swift's own function, with what a terminal would act upon escaped: everything that
/// the commands print passes here.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  let text = items.map { "\($0)" }.joined(separator: separator)
  StandardStreams.writeOutput(terminalText(text + terminator, keepingLines: true))
}

/// A line on standard error; on a terminal it is wrapped between words.
func note(_ text: String) {
  let shown = terminalText(text, keepingLines: true)
  let isTerminal = isatty(STDERR_FILENO) == 1
  StandardStreams.writeError(
    (isTerminal
      ? TextWidth.wrappedLines(
        shown, to: Terminal.width(descriptor: STDERR_FILENO), cutsWords: false) : shown) + "\n")
}

/// Renews the last line of a terminal; the caller has checked that there is one.
func renewLine(_ text: String) {
  StandardStreams.writeError("\r\u{1B}[K" + terminalText(text))
}
