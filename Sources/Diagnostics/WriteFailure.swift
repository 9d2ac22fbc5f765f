import Foundation

/// Why something could not be written, in the same words at every writer.
public enum WriteFailure {
  /// The reason of a system call that failed, with what helps.
  ///
  /// - Parameters:
  ///   - code: `errno`, read right after the call.
  ///   - whenFull: what else to say of a full disk.
  public static func reason(
    _ code: Int32, whenFull: String = "free some space and run the same command again"
  ) -> String {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full; \(whenFull)"
    case EROFS: "the disk is read-only; choose another place"
    case EACCES, EPERM: "this user may not write there; choose another place"
    case ENOTDIR, EEXIST: "a file lies where a folder is needed; choose another name"
    default: String(cString: strerror(code)).lowercased()
    }
  }

  /// Creates a folder with those above it.
  ///
  /// - Returns: nil, or `errno` of what failed.
  public static func createFolder(_ path: String) -> Int32? {
    if mkdir(path, 0o777) == 0 { return nil }
    var code = errno
    let parent = (path as NSString).deletingLastPathComponent
    if code == ENOENT, !parent.isEmpty, parent != path {
      if let failed = createFolder(parent) { return failed }
      if mkdir(path, 0o777) == 0 { return nil }
      code = errno
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && isFolder.boolValue ? nil : code
  }
}
