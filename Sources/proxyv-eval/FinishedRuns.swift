import Dispatch
import Evaluation
import Foundation

/// The runs that are done, shown once: at the end, where a later benchmark stops, or where the user
/// stops the program.
final class FinishedRuns: @unchecked Sendable {
  // The lock guards the rest: an interrupt comes on another thread.
  private let lock = NSLock()
  private var runs: [ScoredRun] = []
  private var isShown = false
  private let show: ([ScoredRun]) -> Void
  private var sources: [any DispatchSourceSignal] = []

  init(show: @escaping ([ScoredRun]) -> Void) { self.show = show }

  func append(_ run: ScoredRun) { lock.withLock { runs.append(run) } }

  /// Samples that failed.
  var failed: Int {
    lock.withLock { runs.reduce(0) { $0 + ($1.scores.first?.ledger.failed ?? 0) } }
  }

  /// Shows what is done, the first time that it is called.
  func showAll() {
    lock.withLock {
      if !isShown, !runs.isEmpty { show(runs) }
      isShown = true
    }
  }

  /// Ctrl-C, and a system that ends the program, show what is done, say how to go on, and end it:
  /// every answer is on disk.
  func watchInterrupts() {
    let queue = DispatchQueue(label: "interrupts")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in
        note("")
        showAll()
        note("stopped; every answer is on disk, and the same command continues here")
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }
}
