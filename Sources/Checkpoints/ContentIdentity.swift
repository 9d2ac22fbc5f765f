import DataFormats
import Foundation
import Hashing
import Synchronization

/// What a model's weights are, independent of files: a SHA-256 over all tensors in the order of
/// their names.
///
/// Per tensor the hash takes, each with its length as 8 little-endian bytes in front: the name, the
/// dtype's name and the SHA-256 of the bytes; between them the dimensions (their number, then each
/// as 8 bytes). Tensors of a separate vision tower follow with `separate-tower:` before their
/// names. Two copies of a model have the same identity however they are sharded.
public struct ContentIdentity: Sendable, Hashable, CustomStringConvertible {
  /// 64 hexadecimal digits.
  public let hex: String
  public var description: String { hex }

  /// Hashes the tensors, or takes the result from the cache where no file has changed since.
  public init(
    tensors store: TensorStore, tower: TensorStore? = nil, cache: Cache = .standard
  ) throws(CheckpointError) {
    let files = [store.files.map(\.path), tower?.files.map(\.path) ?? []]
    let key = Cache.Key(files: files)
    if let key, let hex = cache.identity(for: key) {
      self.hex = hex
      return
    }
    hex = Self.hash(
      store.names.compactMap { name in store[name].map { (name, $0) } }
        + (tower.map { tower in
          tower.names.compactMap { name in tower[name].map { ("separate-tower:" + name, $0) } }
        } ?? []))
    if let key, key == Cache.Key(files: files) { cache.remember(hex, for: key) }
  }

  static func hash(_ tensors: [(name: String, tensor: TensorView)]) -> String {
    // Tensors are hashed on all cores, large ones first; the order of the digests is that of the
    // names.
    let digests = Mutex([[UInt8]?](repeating: nil, count: tensors.count))
    let order = tensors.indices.sorted {
      tensors[$0].tensor.byteCount > tensors[$1].tensor.byteCount
    }
    DispatchQueue.concurrentPerform(iterations: order.count) { step in
      let index = order[step]
      let digest = tensors[index].tensor.withBytes { bytes in
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.digest()
      }
      // A file that is hashed while a model is loaded must not count as memory beside it.
      tensors[index].tensor.dropCachedPages()
      digests.withLock { $0[index] = digest }
    }
    var hasher = SHA256()
    for (entry, digest) in zip(tensors, digests.withLock { $0 }) {
      hasher.update(lengthPrefixed: Array(entry.name.utf8))
      hasher.update(lengthPrefixed: Array(entry.tensor.dtype.rawValue.utf8))
      hasher.update(entry.tensor.shape.count)
      for dimension in entry.tensor.shape { hasher.update(dimension) }
      hasher.update(lengthPrefixed: digest ?? [])
    }
    return SHA256.hexadecimal(hasher.digest())
  }
}

extension ContentIdentity {
  /// Remembers identities by the path, size, modification time and inode of all files that they
  /// cover.
  ///
  /// One small file per model below `$XDG_CACHE_HOME/proxyv-eval` or `~/.cache/proxyv-eval`, never
  /// beside the user's files. A cache that cannot be read or written only costs time.
  public struct Cache: Sendable {
    /// nil: nothing is remembered.
    let folder: String?

    public init(folder: String?) { self.folder = folder }

    public static var standard: Cache {
      let environment = ProcessInfo.processInfo.environment
      // Relative values are to be ignored by the XDG rules.
      if let xdg = environment["XDG_CACHE_HOME"], xdg.hasPrefix("/") {
        return Cache(folder: xdg + "/proxyv-eval/identities")
      }
      guard let home = environment["HOME"], home.hasPrefix("/") else { return .none }
      return Cache(folder: home + "/.cache/proxyv-eval/identities")
    }

    public static let none = Cache(folder: nil)

    struct Key: Equatable {
      let text: String
      let name: String

      /// - Parameter files: the files of the model and those of a separate tower; nil where one
      ///   cannot be examined.
      init?(files groups: [[String]]) {
        var lines = ["content-identity 2"]
        for (group, files) in groups.enumerated() {
          for file in files {
            guard let path = canonicalPath(file), let stamp = FileStamp(path: path) else {
              return nil
            }
            lines.append(
              "\(group) \(stamp.size) \(stamp.modifiedSeconds).\(stamp.modifiedNanoseconds)"
                + " \(stamp.changedSeconds).\(stamp.changedNanoseconds) \(stamp.inode)"
                + " \(JSONValue.string(path).text())"
            )
          }
        }
        text = lines.joined(separator: "\n")
        name = SHA256.hexadecimal(of: Array(text.utf8)) + ".json"
      }
    }

    func identity(for key: Key) -> String? {
      guard let folder, let bytes = try? readFile(folder + "/" + key.name),
        let entry = try? JSONValue.parse(bytes),
        entry["key"]?.stringValue == key.text, let hex = entry["identity"]?.stringValue,
        hex.utf8.count == 64,
        hex.utf8.allSatisfy({
          ("0"..."9").contains(Character(Unicode.Scalar($0)))
            || ("a"..."f").contains(Character(Unicode.Scalar($0)))
        })
      else { return nil }
      return hex
    }

    func remember(_ hex: String, for key: Key) {
      guard let folder else { return }
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let entry: JSONValue = ["identity": .string(hex), "key": .string(key.text)]
      guard let file = try? PartialFile(path: folder + "/" + key.name) else { return }
      try? file.write(Array(entry.text(indented: true).utf8).span.bytes, at: 0)
      try? file.publish()
    }
  }
}

extension SHA256 {
  /// A number as eight bytes, the lowest first.
  fileprivate mutating func update(_ number: Int) {
    update((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
  }

  /// The count of the bytes, then the bytes: no two lists of fields hash the same stream.
  fileprivate mutating func update(lengthPrefixed bytes: [UInt8]) {
    update(bytes.count)
    update(bytes)
  }
}
