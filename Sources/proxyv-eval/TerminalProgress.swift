import ArgumentParser
import Diagnostics
import Evaluation
import Foundation
import Reporting

/// The progress of several benchmarks: which one is being run, and how long all of them take.
final class RunSeries {
  private let counts: [Int]
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  private let started = ContinuousClock().now
  /// Questions answered in this invocation, over all benchmarks.
  fileprivate var answered = 0

  /// - Parameter counts: how many questions each benchmark has
  init(counts: [Int], isQuiet: Bool) {
    self.counts = counts
    self.isQuiet = isQuiet
  }

  func progress(of place: Int, title: String) -> any RunProgress {
    let position = counts.count > 1 ? "\(place + 1) of \(counts.count), " : ""
    return TerminalProgress(
      title: position + title, isQuiet: isQuiet, series: counts.count > 1 ? self : nil
    ) {
      [counts] in counts[(place + 1)...].reduce(0, +)
    }
  }

  /// Seconds for so many questions at the pace so far.
  fileprivate func seconds(for questions: Int) -> Double {
    (clock.now - started) / .seconds(1) / Double(max(answered, 1)) * Double(questions)
  }
}

/// Progress on standard error: a line that renews itself on a terminal, one line a minute
/// elsewhere.
final class TerminalProgress: RunProgress {
  private let title: String
  /// Says nothing but what went wrong.
  private let isQuiet: Bool
  private let series: RunSeries?
  /// Questions of the benchmarks behind this one.
  private let later: () -> Int
  private let isTerminal = isatty(2) == 1
  private let clock = ContinuousClock()
  private var started = ContinuousClock().now
  private var lastShown: ContinuousClock.Instant?
  private var total = 0
  private var done = 0
  private var failed = 0
  /// Failures by what is the same in all of them, in the order in which they came.
  private var alike: [(reason: String, count: Int)] = []

  init(
    title: String, isQuiet: Bool = false, series: RunSeries? = nil,
    later: @escaping () -> Int = { 0 }
  ) {
    self.title = title
    self.isQuiet = isQuiet
    self.series = series
    self.later = later
  }

  func start(total: Int, answeredBefore: Int, failedBefore: Int) {
    self.total = total
    started = clock.now
    var before: [String] = []
    if answeredBefore > 0 { before.append("\(answeredBefore) answered before") }
    if failedBefore > 0 {
      before.append("\(failedBefore) failed before (--retry-failed asks them again)")
    }
    if !before.isEmpty, !isQuiet {
      note("\(title): \(before.joined(separator: ", ")), \(total) to go")
    }
    lastShown = clock.now
  }

  func answered(id: String, failure: Answer.Failure?) {
    done += 1
    series?.answered += 1
    if let failure {
      failed += 1
      say(failure, of: id)
    }
    if isQuiet { return }
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
      + (series.map {
        "; all: \(Self.duration(remaining + $0.seconds(for: later()))) left"
      } ?? "") + (failed > 0 ? ", \(failed) failed" : "")
    if isTerminal {
      // A longer line would wrap, and no longer renew itself.
      renewLine(String(terminalText(text).prefix(Terminal.width(descriptor: 2) - 1)))
    } else {
      note(text)
    }
  }

  private func clearLine() {
    if isTerminal, !isQuiet { renewLine("") }
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
