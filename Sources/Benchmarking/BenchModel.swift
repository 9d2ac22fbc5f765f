public import Checkpoints
import Diagnostics
import Dispatch
import Foundation
import ProxyVModel

/// A model to measure: a checkpoint of the user, or one with random weights that is written for the
/// measurement and removed.
public struct BenchModel {
  public enum Source: Sendable {
    case folder(String)
    case synthesized(Synthesis)
  }

  /// Calls `body` with a checkpoint folder; a synthesized one exists no longer than the call.
  ///
  /// - Parameters:
  ///   - scratch: the folder in which a synthesized checkpoint is put
  ///   - progress: bytes written, and bytes in all
  public static func withFolder<R>(
    _ source: Source, scratch: String = FileManager.default.temporaryDirectory.path,
    progress: (Int, Int) -> Void = { _, _ in }, _ body: (_ folder: String) throws -> R
  ) throws -> R {
    switch source {
    case .folder(let folder): return try body(folder)
    case .synthesized(let synthesis):
      let parent = URL(fileURLWithPath: scratch).appendingPathComponent(
        "proxyv-eval-bench-\(UUID().uuidString)")
      guard mkdir(parent.path, 0o700) == 0 else {
        let code = errno
        throw BenchmarkingError(
          .unwritableFolder,
          "synthesized weights cannot be written there: \(WriteFailure.reason(code))",
          at: Location(file: scratch))
      }
      let path = parent.path
      let guards = [SIGINT, SIGTERM, SIGHUP].map { removing(path, on: $0) }
      defer {
        for guarded in guards { guarded.cancel() }
        try? FileManager.default.removeItem(at: parent)
      }
      let folder = parent.path + "/checkpoint"
      try synthesis.writeComplete(to: folder, progress: progress)
      return try body(folder)
    }
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
