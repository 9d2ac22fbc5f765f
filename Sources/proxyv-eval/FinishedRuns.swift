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
  private var source: (any DispatchSourceSignal)?

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

  /// Ctrl-C shows what is done, says how to go on, and ends the program: every answer is on disk.
  func watchInterrupts() {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: SIGINT, queue: DispatchQueue(label: "interrupts"))
    source.setEventHandler { [self] in
      note("")
      showAll()
      note("stopped; every answer is on disk, and the same command continues here")
      _exit(130)
    }
    source.resume()
    self.source = source
  }
}
