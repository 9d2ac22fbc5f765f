import Diagnostics
import Dispatch
import Foundation

/// A folder for what a measurement needs while it lasts, with a name that no other process has:
/// process numbers repeat, between machines that share a disk and between containers.
///
/// ```swift
/// try ScratchFolder.with { folder in try measure(in: folder) }
/// ```
public enum ScratchFolder {
  /// Calls `body` with a new empty folder, which exists no longer than the call, also where the
  /// program is interrupted.
  ///
  /// - Parameter parent: the folder in which it is made
  /// - Throws: ``BenchmarkingError`` `unwritable-folder`, and what `body` throws.
  public static func with<R>(
    in parent: String = FileManager.default.temporaryDirectory.path,
    _ body: (_ folder: String) throws -> R
  ) throws -> R {
    let path = parent + "/proxyv-eval-bench-\(UUID().uuidString)"
    guard mkdir(path, 0o700) == 0 else {
      let code = errno
      throw BenchmarkingError(
        .unwritableFolder,
        "what is measured cannot be written there: \(WriteFailure.reason(code))",
        at: Location(file: parent))
    }
    let guards = [SIGINT, SIGTERM, SIGHUP].map { removing(path, on: $0) }
    defer {
      for guarded in guards { guarded.cancel() }
      try? FileManager.default.removeItem(atPath: path)
    }
    return try body(path)
  }

  /// Gigabytes must not stay behind when a measurement is interrupted.
  private static func removing(_ folder: String, on number: Int32) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      try? FileManager.default.removeItem(atPath: folder)
      exit(128 + number)
    }
    source.setCancelHandler { signal(number, SIG_DFL) }
    source.resume()
    return source
  }
}
