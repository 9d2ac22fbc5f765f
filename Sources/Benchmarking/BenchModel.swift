public import Checkpoints
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
      return try ScratchFolder.with(in: scratch) { parent in
        let folder = parent + "/checkpoint"
        try synthesis.writeComplete(to: folder, progress: progress)
        return try body(folder)
      }
    }
  }
}
