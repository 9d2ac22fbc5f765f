import Foundation

/// The moments in the life of a run directory between which another process may come.
///
/// Nothing here depends on them: a test that puts two runs into every order binds ``observer`` and
/// holds each of them at a step until it is its turn.
package enum RunStep: String, Sendable, CaseIterable {
  /// Before anything in the directory is looked at.
  case arriving
  /// The lock is somebody else's; it is asked for again after this.
  case waiting
  /// The lock is held, nothing has been read.
  case locked
  /// What is there may be continued; nothing has been written.
  case checked
  /// Questions and manifest are on disk, the log is ours, the lock still held.
  case recorded
  /// The lock is given back; the log is still ours.
  case answering
  /// All answers are in the log; the scores are about to be written.
  case scoring

  /// Called at each step, on the thread that makes it.
  ///
  /// It lies in the thread's own dictionary. A task-local value would be simpler, but bound on a
  /// thread that runs no task it crashes optimised builds of Swift 6.3.
  package static var observer: (@Sendable (RunStep) -> Void)? {
    (Thread.current.threadDictionary[observerKey] as? Observer)?.call
  }

  /// Runs `body` with an observer of the steps that this thread makes in it.
  package static func observed(
    by call: @escaping @Sendable (RunStep) -> Void, _ body: () -> Void
  ) {
    let before = Thread.current.threadDictionary[observerKey]
    Thread.current.threadDictionary[observerKey] = Observer(call)
    body()
    Thread.current.threadDictionary[observerKey] = before
  }

  private static let observerKey = "proxyv-eval.run-step-observer"

  private final class Observer {
    let call: @Sendable (RunStep) -> Void

    init(_ call: @escaping @Sendable (RunStep) -> Void) { self.call = call }
  }

  static func reached(_ step: RunStep) { observer?(step) }
}
