import Diagnostics
import Foundation

/// The calls by which bytes get to the disk.
package struct FileCalls: Sendable {
  /// `write(2)`.
  package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
  /// `fdatasync(2)`: 0 once the bytes are on the disk.
  package var sync: @Sendable (Int32) -> Int32

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int,
    sync: @escaping @Sendable (Int32) -> Int32
  ) {
    self.write = write
    self.sync = sync
  }

  package static let system = FileCalls(
    write: { Foundation.write($0, $1.baseAddress, $1.count) }, sync: { fdatasync($0) })
}

/// Files that survive a killed process: the only place of this module that talks to the system
/// directly.
package enum DurableFile {
  /// Writes a whole file beside its place, syncs it and renames it there: readers see the old file
  /// or the new one.
  package static func replace(_ path: String, with text: String) throws(EvaluationError) {
    let temporary = path + ".writing-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be created", temporary) }
    do throws(EvaluationError) {
      defer { close(descriptor) }
      try write(Array(text.utf8), to: descriptor, path: path)
      guard fsync(descriptor) == 0 else { throw failure("cannot be synced", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = failure("cannot be put in place", path)
      unlink(temporary)
      throw error
    }
  }

  /// Writes all bytes, going on where the system wrote a part.
  package static func write(
    _ bytes: [UInt8], to descriptor: Int32, path: String, calls: FileCalls = .system
  ) throws(EvaluationError) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes[offset...].withUnsafeBytes { calls.write(descriptor, $0) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure("cannot be written", path) }
      offset += written
    }
  }

  package static func createFolder(_ path: String) throws(EvaluationError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw EvaluationError(
        .writeFailed, "the folder cannot be created; check that the path is writable",
        at: Location(file: path))
    }
  }

  /// An error with the system's reason for the last failed call.
  package static func failure(_ what: String, _ path: String) -> EvaluationError {
    let number = errno
    let reason =
      number == ENOSPC || number == EDQUOT
      ? "the disk is full; everything answered so far is kept, free some space and run the same command again"
      : String(cString: strerror(number))
    return EvaluationError(.writeFailed, "\(what): \(reason)", at: Location(file: path))
  }
}
