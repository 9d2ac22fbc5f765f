import Checkpoints
import Diagnostics
import Foundation
import Synchronization
import Tensor

/// Packed weights kept on disk, so that the next load maps them instead of packing a checkpoint
/// again.
///
/// `FOLDER/IDENTITY/` holds one file for every packed tensor and storage (``PackedWeightsFile``),
/// where IDENTITY is the checkpoint's ``ContentIdentity``. A file is written beside its place and
/// renamed when it is complete, and its contents are checked before they are used: a damaged,
/// shortened or outdated file is packed anew. Nothing that goes wrong here ends a run.
public final class PackedWeightsCache: Sendable {
  /// Where the files of this checkpoint are.
  public let folder: String
  private let identity: String
  private let report: @Sendable (String) -> Void
  private let counts = Mutex(Counts())

  /// What one load took from the cache and gave to it.
  public struct Counts: Sendable, Equatable {
    public var mappedTensors = 0
    public var mappedBytes = 0
    public var writtenTensors = 0
    public var writtenBytes = 0
    /// Files that were there but could not be used.
    public var rejectedTensors = 0
    var isWritable = true
  }

  /// - Parameters:
  ///   - folder: of all checkpoints; created with the first file
  ///   - report: gets a sentence about what happened
  public init(
    folder: String, identity: ContentIdentity, report: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder + "/" + identity.hex
    self.identity = identity.hex
    self.report = report
    PartialFile.removeAbandoned(in: self.folder)
  }

  public var summary: Counts { counts.withLock { $0 } }

  /// The weights of `key`, mapped; nil where they have to be packed.
  func weights(_ key: PackedWeightsFile.Key, compute: Compute) -> LinearWeights? {
    let file = PackedWeightsFile(key: key, identity: identity)
    let path = folder + "/" + file.name
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      let (weights, bytes) = try file.map(path, compute: compute)
      counts.withLock {
        $0.mappedTensors += 1
        $0.mappedBytes += bytes
      }
      return weights
    } catch {
      // Once is enough: a whole cache of another version has hundreds of such files, and the
      // summary counts them.
      let first = counts.withLock {
        $0.rejectedTensors += 1
        return $0.rejectedTensors == 1
      }
      if first { report("packed cache: the file \(path) \(error.message); it is packed anew") }
      return nil
    }
  }

  /// Keeps weights that were packed just now.
  func keep(_ weights: LinearWeights, _ key: PackedWeightsFile.Key, compute: Compute) {
    guard counts.withLock({ $0.isWritable }) else { return }
    let file = PackedWeightsFile(key: key, identity: identity)
    do {
      try createFolder()
      let bytes = try file.write(weights, to: folder + "/" + file.name, compute: compute)
      counts.withLock {
        $0.writtenTensors += 1
        $0.writtenBytes += bytes
      }
    } catch {
      counts.withLock { $0.isWritable = false }
      report(
        """
        packed cache: \(folder) is left incomplete, since \(error.message); the run goes on \
        without it
        """
      )
    }
  }

  /// Says what the load took and gave, once it is over.
  func finish() {
    let counts = summary
    if counts.mappedTensors > 0 {
      report(
        """
        packed cache: \(Self.size(counts.mappedBytes)) in \(counts.mappedTensors) files mapped \
        from \(folder)
        """
      )
    }
    if counts.writtenTensors > 0 {
      let replaced =
        counts.rejectedTensors > 0
        ? ", in place of \(counts.rejectedTensors) that could not be used" : ""
      report(
        """
        packed cache: \(Self.size(counts.writtenBytes)) in \(counts.writtenTensors) files \
        written to \(folder)\(replaced)
        """
      )
    }
  }

  private func createFolder() throws(CheckpointError) {
    if let code = WriteFailure.createFolder(folder) {
      throw CheckpointError(
        code == ENOSPC ? .diskSpace : .unwritableFile,
        "no folder can be created there: \(WriteFailure.reason(code))", file: folder)
    }
  }

  private static func size(_ bytes: Int) -> String {
    bytes >= 1 << 30
      ? String(format: "%.2f GiB", Double(bytes) / Double(1 << 30))
      : String(format: "%.1f MiB", Double(bytes) / Double(1 << 20))
  }
}
