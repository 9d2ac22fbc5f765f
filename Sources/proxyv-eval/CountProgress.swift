import Foundation
import Synchronization

/// Progress of something counted, on a terminal only; it may be told from several threads.
final class CountProgress: Sendable {
  private let title: String
  private let isTerminal = isatty(2) == 1
  private let shown = Mutex(-1)

  init(title: String) { self.title = title }

  func show(_ done: Int, of total: Int) {
    guard isTerminal else { return }
    let percent = total > 0 ? done * 100 / total : 100
    let isNew = shown.withLock { shown in
      defer { shown = max(shown, percent) }
      return percent > shown
    }
    if isNew {
      renewLine("\(title): \(done) of \(total)")
    }
  }

  func finish() {
    if isTerminal { renewLine("") }
  }
}
