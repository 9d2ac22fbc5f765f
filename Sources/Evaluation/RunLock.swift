import Diagnostics
import Foundation

/// The lock of a run directory: whoever holds it may read, check and change what makes the run
/// (`run.json`, `questions.jsonl`, who writes which log) and what is derived of it.
///
/// It is held for moments only: while a run is begun or continued, and while scores are written.
/// The answers themselves are guarded by a lock of each shard's log (``RunLog``), which is held as
/// long as the process writes it, so that several processes can answer shards of one run.
///
/// Why `flock` on `run.lock`, and what holds where:
///
/// - The lock goes with the process, so a kill leaves nothing to clean up. The file itself stays:
///   removing it would let two processes hold locks on two files of the same name.
/// - `--fresh` renames the directory with the lock file in it. Whoever waited for it then holds the
///   lock of the directory that was set aside; so after taking it, the file at the path must still
///   be the file that is open, else the new one is asked for.
/// - On NFS, Linux turns `flock` into a lock of the whole file that the server keeps, which needs a
///   descriptor open for writing. A mount without locks answers with an error; that ends the run
///   instead of letting it go on unguarded.
/// - A client of NFS may believe for a while that a file is absent that another one has written.
///   So the manifest is never only looked for: it is created by a hard link, which the server
///   refuses where the name exists, and whoever is refused reads what is there.
final class RunLock {
  static let name = "run.lock"
  /// How long another process may take to begin a run before that is an error.
  static let patience = Duration.seconds(60)

  private let descriptor: Int32

  /// Waits for the lock of the run directory `folder`, which must exist.
  /// - Throws: ``EvaluationError`` `run-locked` after ``patience``, or `write-failed`.
  init(_ folder: String) throws(EvaluationError) {
    let path = folder + "/" + Self.name
    let start = ContinuousClock.now
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard descriptor >= 0 else { throw DurableFile.failure("the run cannot be locked", path) }
      do throws(EvaluationError) {
        if try Self.take(descriptor, path), Self.isStill(descriptor, at: path) {
          self.descriptor = descriptor
          RunStep.reached(.locked)
          return
        }
      } catch {
        close(descriptor)
        throw error
      }
      close(descriptor)
      guard ContinuousClock.now - start < Self.patience else {
        throw EvaluationError(
          .runLocked,
          """
          another process has been preparing this run for a minute; wait for it, or choose \
          another --output
          """,
          at: Location(file: folder))
      }
      RunStep.reached(.waiting)
      usleep(10_000)
    }
  }

  deinit { close(descriptor) }

  /// Takes the lock of an open file if nobody has it.
  /// - Returns: false where another process holds it
  /// - Throws: ``EvaluationError`` `write-failed` where the file system keeps no locks.
  static func take(_ descriptor: Int32, _ path: String) throws(EvaluationError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK || errno == EACCES { return false }
      throw EvaluationError(
        .writeFailed,
        """
        this file system keeps no locks (\(String(cString: strerror(errno)))), so that two \
        processes could write one run; choose an --output on another one, or mount it with locks
        """,
        at: Location(file: path))
    }
    return true
  }

  /// Whether the name still means the file that is open.
  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (mine, there) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && lstat(path, &there) == 0
      && mine.st_dev == there.st_dev && mine.st_ino == there.st_ino
  }
}
