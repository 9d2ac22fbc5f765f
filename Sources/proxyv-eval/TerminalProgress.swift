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
  /// Failures by what is the same in all of them, in the order in which they came.
  private var alike: [(reason: String, count: Int)] = []

  init(title: String) { self.title = title }

  func start(total: Int, answeredBefore: Int, failedBefore: Int) {
    self.total = total
    started = clock.now
    var before: [String] = []
    if answeredBefore > 0 { before.append("\(answeredBefore) answered before") }
    if failedBefore > 0 {
      before.append("\(failedBefore) failed before (--retry-failed asks them again)")
    }
    if !before.isEmpty { note("\(title): \(before.joined(separator: ", ")), \(total) to go") }
    lastShown = clock.now
  }

  func answered(id: String, failure: Answer.Failure?) {
    done += 1
    if let failure {
      failed += 1
      say(failure, of: id)
    }
    let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(60)
    guard done == total || lastShown.map({ clock.now - $0 >= interval }) ?? true else { return }
    lastShown = clock.now
    show()
  }

  func finish() {
    clearLine()
    for (reason, count) in alike where count > 1 {
      note("\(title): \(count) samples failed alike: \(reason)")
    }
    alike = []
  }

  /// The first failure of a kind in full; those that differ from it in the sample or the file only
  /// are counted.
  private func say(_ failure: Answer.Failure, of id: String) {
    let reason = failure.code + ": " + (failure.message.components(separatedBy: ": ").last ?? "")
    if let place = alike.firstIndex(where: { $0.reason == reason }) {
      alike[place].count += 1
      return
    }
    alike.append((reason, 1))
    clearLine()
    note("\(title): sample \(terminalText(id)) failed: \(failure.message)")
  }

  func remark(_ text: String) { note("\(title): \(text)") }

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
      renewLine(text)
    } else {
      note(text)
    }
  }

  private func clearLine() {
    if isTerminal { renewLine("") }
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}

/// A value that is empty is an unset variable of a shell: as a path it would mean the root of the
/// file system, or nothing.
func checkIsNotEmpty(_ value: String, _ option: String) throws {
  if value.isEmpty { throw ValidationError("\(option) must not be empty") }
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
    renewLine("\(title): \(percent) %")
  }

  func finish() {
    if isTerminal { renewLine("") }
  }
}
