import ArgumentParser
import Diagnostics
import Evaluation
import Foundation

/// Progress on standard error: a line that renews itself on a terminal, one line a minute
/// elsewhere.
final class TerminalProgress: RunProgress {
  private let title: String
  private let isTerminal = isatty(2) == 1
  private let clock = ContinuousClock()
  private var started = ContinuousClock().now
  private var lastShown: ContinuousClock.Instant?
  private var total = 0
  private var done = 0
  private var failed = 0

  init(title: String) { self.title = title }

  func start(total: Int, resumed: Int) {
    self.total = total
    started = clock.now
    if resumed > 0 { note("\(title): \(resumed) answered before, \(total) to go") }
    lastShown = clock.now
  }

  func answered(id: String, failure: Answer.Failure?) {
    done += 1
    if let failure {
      failed += 1
      clearLine()
      note("\(title): sample \(id) failed: \(failure.message)")
    }
    let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(60)
    guard done == total || lastShown.map({ clock.now - $0 >= interval }) ?? true else { return }
    lastShown = clock.now
    show()
  }

  func finish() {
    clearLine()
  }

  private func show() {
    let elapsed = max((clock.now - started) / .seconds(1), 1e-9)
    let rate = Double(done) / elapsed
    let remaining = Double(total - done) / max(rate, 1e-9)
    let pace =
      rate >= 1
      ? String(format: "%.1f a second", rate) : String(format: "%.1f s each", 1 / max(rate, 1e-9))
    let text =
      "\(title): \(done) of \(total), \(pace), \(Self.duration(remaining)) left"
      + (failed > 0 ? ", \(failed) failed" : "")
    if isTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    } else {
      note(text)
    }
  }

  private func clearLine() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}

/// A line on standard error; what data or models say in it is shown and not obeyed.
func note(_ text: String) {
  FileHandle.standardError.write(Data((visible(text) + "\n").utf8))
}

/// Turns an error about a name on the command line into one of usage, with exit code 2.
func usage<R>(_ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as any LocatedError {
    throw ValidationError(render(error))
  }
}

/// Progress of something measured in bytes, on a terminal only.
final class ByteProgress {
  private let title: String
  private let isTerminal = isatty(2) == 1
  private var shown = -1

  init(title: String) { self.title = title }

  func show(_ done: Int, of total: Int) {
    let percent = total > 0 ? done * 100 / total : 100
    guard isTerminal, percent != shown else { return }
    shown = percent
    FileHandle.standardError.write(Data("\r\u{1B}[K\(title): \(percent) %".utf8))
  }

  func finish() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
