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
  @TaskLocal package static var observer: (@Sendable (RunStep) -> Void)?

  static func reached(_ step: RunStep) { observer?(step) }
}
