import DataFormats
import Diagnostics
import Foundation

/// The right to write under a root, held by one process at a time; it goes with the process.
final class RootLock {
  private let descriptor: Int32

  /// - Throws: ``NightlyError`` `root-held` with who holds it, or `write-failed` for a root that
  ///   cannot be written.
  init(_ root: NightlyRoot) throws(NightlyError) {
    try NightlyFile.createFolder(root.path)
    let path = root.path + "/nightly.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw NightlyFile.failure("cannot be opened", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw NightlyError(
        .rootHeld,
        "another nightly works here (\(Self.holder(path))); wait for it, or use another --output",
        at: Location(file: root.path))
    }
    self.descriptor = descriptor
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let text =
      "process \(getpid()) on \(host) since \(Date().formatted(.iso8601))\n"
    // Only a courtesy to the reader: the lock itself does not depend on what is written.
    ftruncate(descriptor, 0)
    _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  deinit { close(descriptor) }

  private static func holder(_ path: String) -> String {
    let text = (FileManager.default.contents(atPath: path)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let line = text?.split(separator: "\n").first.map(String.init) ?? ""
    return line.isEmpty ? "it does not say which" : line
  }
}
