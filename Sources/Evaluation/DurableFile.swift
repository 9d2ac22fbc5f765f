import DataFormats
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

/// Files that survive a killed process and a power loss: the only place of this module that talks
/// to the system directly.
package enum DurableFile {
  /// Writes a whole file beside its place, syncs it and renames it there: readers see the old file
  /// or the new one. What is no regular file is written into (``OutputDestination``).
  /// - Throws: ``EvaluationError`` `write-failed` with the system's reason.
  package static func replace(_ path: String, with text: String) throws(EvaluationError) {
    try replace(path, with: Array(text.utf8))
  }

  /// The same of a file that is no text.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(EvaluationError) {
    switch OutputDestination(path) {
    case .folder:
      throw EvaluationError(
        .writeFailed, "this is a folder; name a file", at: Location(file: path))
    case .descriptor(let number): try writeAll(bytes, to: dup(number), path: path)
    case .stream(let stream):
      try writeAll(bytes, to: open(stream, O_WRONLY | O_NOCTTY | O_CLOEXEC), path: path)
    case .file(let target):
      let temporary = try writeBeside(target, bytes)
      guard rename(temporary, target) == 0 else {
        let error = failure("cannot be put in place", path)
        unlink(temporary)
        throw error
      }
      try syncFolder(of: target)
    }
  }

  /// Writes a whole file that must not be there yet.
  /// - Returns: false, with nothing changed, where the name exists
  /// - Throws: ``EvaluationError`` `write-failed` with the system's reason.
  static func create(_ path: String, with text: String) throws(EvaluationError) -> Bool {
    let temporary = try writeBeside(path, Array(text.utf8))
    defer { unlink(temporary) }
    guard link(temporary, path) != 0 else {
      try syncFolder(of: path)
      return true
    }
    if errno == EEXIST { return false }
    // A file system without hard links: the caller's lock alone must do.
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else {
      throw failure("cannot be put in place", path)
    }
    if FileManager.default.fileExists(atPath: path) { return false }
    guard rename(temporary, path) == 0 else { throw failure("cannot be put in place", path) }
    try syncFolder(of: path)
    return true
  }

  private static let mark = ".writing-"

  /// A synced file of another name in the same folder. It is locked while it is written, so that
  /// ``removeAbandoned(in:)`` can tell it from one that a killed process has left.
  private static func writeBeside(
    _ path: String, _ bytes: [UInt8]
  ) throws(EvaluationError) -> String {
    let temporary = path + mark + String(UInt32.random(in: .min ... .max), radix: 16)
    let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be created", path) }
    flock(descriptor, LOCK_EX | LOCK_NB)
    do throws(EvaluationError) {
      defer { close(descriptor) }
      try write(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 else { throw failure("cannot be synced", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    return temporary
  }

  /// Removes the files that killed processes have left half written in a folder.
  static func removeAbandoned(in folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.contains(mark) {
      let path = folder + "/" + name
      let left = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard left >= 0 else { continue }
      var status = stat()
      if fstat(left, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        flock(left, LOCK_EX | LOCK_NB) == 0
      {
        unlink(path)
      }
      close(left)
    }
  }

  /// Removes a file if it is there.
  static func remove(_ path: String) throws(EvaluationError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path) }
  }

  private static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, path: String
  ) throws(EvaluationError) {
    guard descriptor >= 0 else { throw failure("cannot be opened", path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path: path)
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

  /// Creates a folder with those above it; their names are on disk when this returns.
  package static func createFolder(_ path: String) throws(EvaluationError) {
    var missing: [String] = []
    var folder = path
    while folder.count > 1, !FileManager.default.fileExists(atPath: folder) {
      missing.append(folder)
      folder = (folder as NSString).deletingLastPathComponent
      if folder.isEmpty { break }
    }
    if let code = WriteFailure.createFolder(path) {
      throw EvaluationError(
        .writeFailed, "the folder cannot be created: \(WriteFailure.reason(code))",
        at: Location(file: path))
    }
    for folder in missing.reversed() { try syncFolder(of: folder) }
  }

  /// Waits until the names in the folder that holds `path` are on disk: a file's own sync does not
  /// promise that its name survives a power loss.
  static func syncFolder(of path: String) throws(EvaluationError) {
    let parent = (path as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder that may be written but not listed cannot be opened, and so not be synced.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems cannot sync folders and say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EBADF || errno == EROFS else {
      throw failure("the folder cannot be synced", folder)
    }
  }

  /// An error with the system's reason for the last failed call.
  static func failure(_ what: String, _ path: String) -> EvaluationError {
    let reason = WriteFailure.reason(
      errno,
      whenFull:
        "everything answered so far is kept, free some space and run the same command again")
    return EvaluationError(.writeFailed, "\(what): \(reason)", at: Location(file: path))
  }
}
