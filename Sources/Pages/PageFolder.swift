import Diagnostics
import Foundation

/// The folder of a page while it is written: beside its place, and renamed there when it is whole.
///
/// A process that is killed leaves a folder named `….writing-` and more, never half a page under
/// the page's own name; the next page that is written there removes it. Whoever writes holds a lock
/// on the folder, which ends with the process: its number would say nothing to another machine.
struct PageFolder: ~Copyable {
  /// Marks a folder, or a file, as a page of this program, which may be replaced by another one.
  static let mark = "<meta name=\"generator\" content=\"proxyv-eval\">"

  private let target: String
  private let scratch: String
  /// The old page, while the new one takes its place.
  private let old: String
  /// Of the folder `scratch`, locked.
  private let descriptor: Int32
  private var isPlaced = false

  /// - Throws: ``PageError`` `occupied` where something else lies at `target`, `write-failed` where
  ///   nothing can be written beside it.
  init(for target: String) throws(PageError) {
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    let name = UUID().uuidString
    let scratch = "\(target).writing-\(name)"
    try Self.checkReplaceable(target)
    Self.removeLeftovers(beside: target)
    if let code = WriteFailure.createFolder(scratch) {
      errno = code
      throw Self.failure("the folder cannot be created", target)
    }
    descriptor = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    flock(descriptor, LOCK_EX | LOCK_NB)
    self.target = target
    self.scratch = scratch
    old = "\(target).replaced-\(name)"
  }

  deinit {
    if !isPlaced { try? FileManager.default.removeItem(atPath: scratch) }
    if descriptor >= 0 { close(descriptor) }
  }

  /// What writes files below the folder; it may be used from several threads.
  var writer: @Sendable (_ name: String, _ bytes: [UInt8]) throws -> Void {
    let (scratch, target) = (scratch, target)
    return { name, bytes in try Self.write(bytes, to: name, in: scratch, target: target) }
  }

  /// Puts the whole folder in its place.
  mutating func place() throws(PageError) {
    let replaces = FileManager.default.fileExists(atPath: target)
    if replaces, rename(target, old) != 0 { throw Self.failure("cannot be replaced", target) }
    guard rename(scratch, target) == 0 else {
      let error = Self.failure("cannot be put in place", target)
      if replaces { _ = rename(old, target) }
      throw error
    }
    isPlaced = true
    if replaces { try? FileManager.default.removeItem(atPath: old) }
  }

  /// Puts one file of the folder in the target's place, and nothing else.
  mutating func placeFile(_ name: String) throws(PageError) {
    guard rename(scratch + "/" + name, target) == 0 else {
      throw Self.failure("cannot be put in place", target)
    }
  }

  private static func checkReplaceable(_ target: String) throws(PageError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: target, isDirectory: &isFolder) else { return }
    if isFolder.boolValue {
      guard let stranger = PageInventory.stranger(in: target) else { return }
      throw PageError(
        .occupied,
        """
        this folder holds \(stranger), which is no part of a page of proxyv-eval, and is left \
        as it is; choose another --output
        """,
        at: Location(file: target))
    }
    if let handle = FileHandle(forReadingAtPath: target),
      let start = try? handle.read(upToCount: 4096),
      String(decoding: start, as: UTF8.self).contains(mark)
    {
      return
    }
    throw PageError(
      .occupied,
      "this file is no page of proxyv-eval and is left as it is; choose another --output",
      at: Location(file: target))
  }

  /// Folders of processes that are gone. An old page is kept where no new one took its place.
  private static func removeLeftovers(beside target: String) {
    let place = URL(fileURLWithPath: target)
    let folder = place.deletingLastPathComponent().path
    let hasPage = FileManager.default.fileExists(atPath: target)
    for kind in [".writing-", ".replaced-"] where hasPage || kind == ".writing-" {
      let prefix = place.lastPathComponent + kind
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        guard name.hasPrefix(prefix), UUID(uuidString: String(name.dropFirst(prefix.count))) != nil
        else { continue }
        let descriptor = open(folder + "/" + name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }

  private static func write(
    _ bytes: [UInt8], to name: String, in folder: String, target: String
  ) throws(PageError) {
    let path = folder + "/" + name
    try createFolders(of: name, in: folder, target: target)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("\(name) cannot be created", target) }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let written = bytes[offset...].withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure("\(name) cannot be written", target) }
      offset += written
    }
  }

  /// The folders above a file; two threads may make one of them at once.
  private static func createFolders(
    of name: String, in folder: String, target: String
  ) throws(PageError) {
    var path = folder
    for part in name.split(separator: "/").dropLast() {
      path += "/" + part
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw failure("the folder \(part) cannot be created", target)
      }
    }
  }

  /// An error with the system's reason for the last failed call.
  private static func failure(_ what: String, _ path: String) -> PageError {
    let reason = WriteFailure.reason(
      errno,
      whenFull: "no page was written, free some space, or write fewer images with "
        + "--images thumbnails or none")
    return PageError(.writeFailed, "\(what): \(reason)", at: Location(file: path))
  }
}
