import DataFormats
import Diagnostics
import Foundation

/// A whole file mapped read-only into memory; the mapping lives as long as this object.
///
/// This file is the only one of the module with unsafe pointers. The mapping is immutable and
/// private, so sharing it between threads is safe. A file that another program shortens while it is
/// mapped ends the process with SIGBUS, as with every program that maps files; writers of
/// checkpoints replace files by renaming, which is harmless.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The length of the file in bytes when it was opened.
  package let count: Int
  private let bytes: UnsafeRawBufferPointer

  /// - Throws: ``CheckpointError`` `unreadable-file` with the system's reason; folders and devices
  ///   are refused.
  package init(path: String) throws(CheckpointError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CheckpointError(
        .unreadableFile, "the file cannot be opened (\(systemReason(errno)))", file: path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CheckpointError(
        .unreadableFile, "the file cannot be examined (\(systemReason(errno)))", file: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(.unreadableFile, "this is not a regular file", file: path)
    }
    let size = Int(status.st_size)
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    } else {
      guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
      else {
        throw CheckpointError(
          .unreadableFile, "the file cannot be mapped into memory (\(systemReason(errno)))",
          file: path)
      }
      bytes = UnsafeRawBufferPointer(start: start, count: size)
    }
    self.path = path
    self.count = size
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Calls `body` with the bytes of `range`, clamped to the file.
  package func withBytes<R, E: Error>(
    in range: Range<Int>, _ body: (RawSpan) throws(E) -> R
  ) throws(E) -> R {
    let slice = UnsafeRawBufferPointer(rebasing: bytes[range.clamped(to: 0..<bytes.count)])
    return try body(slice.bytes)
  }

  /// Tells the system that `range` will not be read again soon, so that its pages do not count as
  /// this process's memory.
  ///
  /// Only whole pages inside the range are dropped; a later read fetches them again.
  func dropPages(in range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let range = range.clamped(to: 0..<bytes.count)
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound == bytes.count ? bytes.count : range.upperBound / page * page
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }
}

/// A new file that is written at any offset and takes its name only when it is complete.
///
/// The bytes go to a file of a random name beside it, which ``publish(durably:)`` syncs and
/// renames; an object that goes away before removes it. A process that is killed leaves it behind,
/// for ``removeAbandoned(in:)``.
package final class PartialFile {
  package let path: String
  private let temporaryPath: String
  private var descriptor: Int32

  /// - Throws: ``CheckpointError`` `unwritable-file` for a path that is no regular file: these files
  ///   are written at any offset, and nothing else may be replaced by one.
  package init(path: String) throws(CheckpointError) {
    guard case .file(let path) = OutputDestination(path) else {
      throw CheckpointError(
        .unwritableFile, "this is a folder, a device or a FIFO; name a regular file", file: path)
    }
    self.path = path
    temporaryPath = path + Self.mark + String(UInt32.random(in: .min ... .max), radix: 16)
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let reason = errno
      throw CheckpointError(
        reason == ENOSPC ? .diskSpace : .unwritableFile,
        "the file cannot be created: \(WriteFailure.reason(reason))", file: path)
    }
    flock(descriptor, LOCK_EX | LOCK_NB)  // tells others that somebody is still writing it
  }

  private static let mark = ".partial-"

  /// Removes what killed processes have left in a folder: partial files that nobody holds.
  package static func removeAbandoned(in folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.contains(mark) {
      let left = open(folder + "/" + name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard left >= 0 else { continue }
      if flock(left, LOCK_EX | LOCK_NB) == 0 { unlink(folder + "/" + name) }
      close(left)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporaryPath)
  }

  package func write(_ span: RawSpan, at offset: Int) throws(CheckpointError) {
    var failure: Int32 = 0
    span.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = pwrite(
          descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
        if written > 0 { done += written; continue }
        if written < 0 && errno == EINTR { continue }
        failure = written < 0 ? errno : EIO
        return
      }
    }
    if failure != 0 { throw failed(failure) }
  }

  /// - Parameter durably: waits until the bytes are on the disk; a file whose damage is noticed
  ///   needs no such wait
  package func publish(durably: Bool = true) throws(CheckpointError) {
    guard descriptor >= 0 else { return }
    guard !durably || fsync(descriptor) == 0 else { throw failed(errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, path) == 0 else {
      let reason = errno
      unlink(temporaryPath)
      throw failed(reason)
    }
  }

  private func failed(_ code: Int32) -> CheckpointError {
    CheckpointError(
      code == ENOSPC ? .diskSpace : .unwritableFile,
      "writing failed: \(WriteFailure.reason(code))", file: path)
  }
}

/// What identifies a file's content without reading it.
struct FileStamp: Sendable, Hashable {
  var path: String
  var size: Int
  var modifiedSeconds: Int
  var modifiedNanoseconds: Int
  /// Every write sets it, also one that sets the time of modification back.
  var changedSeconds: Int
  var changedNanoseconds: Int
  var inode: UInt64

  /// nil where the file cannot be examined.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    size = Int(status.st_size)
    modifiedSeconds = Int(status.st_mtim.tv_sec)
    modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
    changedSeconds = Int(status.st_ctim.tv_sec)
    changedNanoseconds = Int(status.st_ctim.tv_nsec)
    inode = UInt64(status.st_ino)
  }
}

/// The bytes that an unprivileged user may still write on the file system that holds `path`, or nil
/// where unknown.
func freeDiskSpace(at path: String) -> Int? {
  var status = statvfs()
  guard statvfs(path, &status) == 0 else { return nil }
  let (bytes, overflow) = Int(status.f_bavail).multipliedReportingOverflow(by: Int(status.f_frsize))
  return overflow ? Int.max : bytes
}

/// `path` with symbolic links and `..` resolved, or nil where it does not exist.
func canonicalPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code)).lowercased()
}
