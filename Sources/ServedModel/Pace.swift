import Foundation
import Synchronization

/// When the next request may go: waits between attempts, and a pause for everyone where the server
/// asks for one.
final class Pace: Sendable {
  private let notBefore = Mutex(Date.distantPast)
  private let firstDelay: Double

  init(firstDelay: Double) { self.firstDelay = firstDelay }

  /// Seconds before attempt `attempt` (1 is the first repetition): doubled each time, at most a
  /// minute, by a random factor of 0.75 to 1 so that workers do not come back together, and each
  /// still waits at least half as long again as before.
  func delay(before attempt: Int) -> Double {
    min(60, firstDelay * Double(1 << min(attempt - 1, 16))) * .random(in: 0.75...1)
  }

  /// The server wants all of us to wait.
  func pause(_ seconds: Double) {
    notBefore.withLock { $0 = max($0, Date(timeIntervalSinceNow: seconds)) }
  }

  /// The seconds that a request must still wait.
  var waiting: Double { notBefore.withLock { max(0, $0.timeIntervalSinceNow) } }
}

/// Counts questions that failed one after another without a success between them: a server that is
/// ill should not cost a night in which every question fails.
final class Streak: Sendable {
  private let count = Mutex(0)
  private let longest: Int

  init(longest: Int) { self.longest = longest }

  func succeeded() { count.withLock { $0 = 0 } }

  /// - Returns: how many have failed now, where that is too many.
  func failed() -> Int? {
    count.withLock {
      $0 += 1
      return $0 >= longest ? $0 : nil
    }
  }
}
