import Foundation

/// What a path for output names, links followed: only a regular file is ever replaced by another.
///
/// Renaming a new file over `/dev/null`, a link or a FIFO would take it away from everybody who
/// uses it; a program with the rights of root must not do that because a path was given to it.
package enum OutputDestination: Equatable, Sendable {
  /// A regular file, or nothing yet: write beside this path and rename. Links are resolved in it.
  case file(String)
  /// A descriptor of this process: `/dev/stdout`, `/dev/fd/3`.
  case descriptor(Int32)
  /// A device, a FIFO or a socket: open it and write into it.
  case stream(String)
  /// A folder, which cannot be written as a file.
  case folder

  package init(_ path: String) {
    if let number = Self.descriptorNumber(path) {
      self = .descriptor(number)
      return
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .file(Self.followed(path))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file(Self.followed(path))
    case S_IFDIR: self = .folder
    default: self = .stream(path)
    }
  }

  private static func descriptorNumber(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        return Int32(path.dropFirst(prefix.count))
      }
      return nil
    }
  }

  /// The path at the end of a chain of links, which need not exist.
  private static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
        return path
      }
      let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      path = target.hasPrefix("/") ? target : (folder + [target[...]]).joined(separator: "/")
    }
    return path
  }
}
