import DataFormats
import Diagnostics
import Foundation

/// The append-only record of a run's answers: one JSON line per answer, on disk before the next one
/// starts.
///
/// A process may be killed at any instruction: a line is one `write`, synced before
/// ``append(_:id:)`` returns, and a torn tail is cut off when the log is opened again. One process
/// at a time writes a log; the lock goes with the process.
public final class RunLog {
  public let path: String
  private let descriptor: Int32
  private let calls: FileCalls
  private var length: off_t

  /// An answer as logged.
  public struct Entry: Sendable, Equatable {
    public let id: String
    public let answer: Answer
  }

  /// Opens (or creates) a log for appending.
  ///
  /// - Returns: `entries`: what it holds already.
  /// - Throws: ``EvaluationError`` `run-locked` where another process writes it, `damaged-log` for
  ///   a broken line that is not the last, `write-failed` with the system's reason.
  public static func open(_ path: String) throws -> (log: RunLog, entries: [Entry]) {
    try open(path, calls: .system)
  }

  /// - Parameter calls: how bytes get to the disk; a test gives its own, which fail
  package static func open(
    _ path: String, calls: FileCalls
  ) throws -> (log: RunLog, entries: [Entry]) {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DurableFile.failure("cannot be opened", path) }
    do {
      guard try RunLock.take(descriptor, path) else {
        throw EvaluationError(
          .runLocked,
          "another process is writing this run; wait for it, or choose another --output",
          at: Location(file: path))
      }
      let (entries, end) = try read(path)
      try DurableFile.syncFolder(of: path)
      guard ftruncate(descriptor, off_t(end)) == 0 else {
        throw DurableFile.failure("cannot be cut after its last whole line", path)
      }
      return (RunLog(path: path, descriptor: descriptor, length: off_t(end), calls: calls), entries)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Whether a process has this log open to write it.
  ///
  /// Asked under the lock of the run directory, so that the moment in which the lock is tried
  /// cannot be taken for a writer by somebody else who asks.
  static func isWritten(_ path: String) throws(EvaluationError) -> Bool {
    let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return false }
      throw DurableFile.failure("cannot be opened", path)
    }
    defer { close(descriptor) }
    return try !RunLock.take(descriptor, path)
  }

  private init(path: String, descriptor: Int32, length: off_t, calls: FileCalls) {
    self.path = path
    self.descriptor = descriptor
    self.length = length
    self.calls = calls
  }

  deinit { close(descriptor) }

  /// Adds one answer and waits until it is on disk.
  /// - Throws: ``EvaluationError`` `write-failed`; what was written of the line is taken back, so
  ///   that the log stays whole.
  public func append(_ answer: Answer, id: String) throws(EvaluationError) {
    try append([(id, answer)])
  }

  /// Adds answers that came together and waits once until all are on disk.
  /// - Throws: as ``append(_:id:)``; none of them is in the log then.
  public func append(_ answers: [(id: String, answer: Answer)]) throws(EvaluationError) {
    let lines = answers.map { $0.answer.json(id: $0.id).text() + "\n" }
    let line = Array(lines.joined().utf8)
    do throws(EvaluationError) {
      try DurableFile.write(line, to: descriptor, path: path, calls: calls)
      guard calls.sync(descriptor) == 0 else { throw DurableFile.failure("cannot be synced", path) }
    } catch {
      _ = ftruncate(descriptor, length)
      throw error
    }
    length += off_t(line.count)
  }

  /// Reads a log without writing to it.
  /// - Returns: whole entries in order; a torn tail is passed over.
  public static func entries(of path: String) throws -> [Entry] { try read(path).entries }

  private static func read(_ path: String) throws -> (entries: [Entry], end: Int) {
    let bytes = try readFile(path)
    var entries: [Entry] = []
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      // torn: no newline yet
      guard let newline = bytes[start...].firstIndex(of: 0x0A) else { break }
      do {
        let value = try JSONValue.parse(
          Array(bytes[start..<newline]), file: path, firstLine: number)
        let (id, answer) = try Answer.parse(JSONNode(value, file: path, path: "line \(number)"))
        entries.append(Entry(id: id, answer: answer))
      } catch {
        // After a power loss the last line may have its length but not its bytes; anywhere else a
        // broken line is damage.
        if newline == bytes.count - 1 { break }
        throw damage(path, error)
      }
      start = newline + 1
    }
    return (entries, start)
  }

  static func damage(_ path: String, _ cause: any Error) -> EvaluationError {
    EvaluationError(
      .damagedLog,
      """
      a line in the middle of the log is damaged; repair or remove it, the answers around it \
      are intact
      """,
      at: Location(file: path), cause: cause)
  }
}
