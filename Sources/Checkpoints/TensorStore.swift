import DataFormats
import Diagnostics
import Foundation
import Synchronization

/// The tensors of a model folder, be they in one safetensors file or in shards with an index.
///
/// Loading is strict: ``tensor(named:shape:)`` checks the shape and remembers the name, and
/// ``finish(ignoring:)`` complains about tensors that nobody asked for, so that no weight is
/// silently left out.
public final class TensorStore: Sendable {
  public let folder: String
  /// The safetensors files that make up the store.
  public let files: [SafetensorsFile]
  private let tensors: [String: TensorView]
  private let record = Mutex(Record())

  private struct Record {
    var taken: Set<String> = []
    var missing: Set<String> = []
  }

  /// Opens `model.safetensors` or, where that is absent, `model.safetensors.index.json` with its
  /// shards.
  /// - Throws: ``CheckpointError``: no weights, only torch pickles (with the way to convert them),
  ///   a damaged file, a missing shard, an index that disagrees with its shards or leaves the
  ///   folder.
  public init(folder: String) throws(CheckpointError) {
    self.folder = folder
    let single = folder + "/model.safetensors"
    let index = folder + "/model.safetensors.index.json"
    if FileManager.default.fileExists(atPath: single) {
      let file = try SafetensorsFile(path: single)
      files = [file]
      tensors = try TensorRenaming.renamed(
        Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) }), folder: folder)
    } else if FileManager.default.fileExists(atPath: index) {
      let opened = try Self.openShards(index: index, folder: folder)
      files = opened.files
      tensors = try TensorRenaming.renamed(opened.tensors, folder: folder)
    } else {
      throw Self.noWeights(in: folder)
    }
  }

  /// The names of all tensors, sorted.
  public var names: [String] { tensors.keys.sorted() }
  public var count: Int { tensors.count }
  /// The bytes of all tensors together.
  public var byteCount: Int { tensors.values.reduce(0) { $0 + $1.byteCount } }

  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// The tensor `name` without recording that it was taken, or nil.
  public subscript(name: String) -> TensorView? { tensors[name] }

  /// Takes the tensor `name`.
  /// - Parameter shape: what the model needs; nil accepts any.
  /// - Throws: ``CheckpointError`` `missing-tensor`, `wrong-shape` (naming both shapes) or
  ///   `wrong-dtype` (weights are f32, f16 or bf16).
  public func tensor(named name: String, shape: [Int]?) throws(CheckpointError) -> TensorView {
    guard let tensor = tensors[name] else {
      record.withLock { _ = $0.missing.insert(name) }
      throw missing(name)
    }
    if let shape { try check(tensor, shape: shape) }
    record.withLock { _ = $0.taken.insert(name) }
    return tensor
  }

  /// The tensors whose names start with `prefix`, looked up without it.
  public func view(prefix: String) -> TensorStoreView {
    TensorStoreView(store: self, prefix: prefix)
  }

  /// The names that were taken so far.
  public var taken: Set<String> { record.withLock { $0.taken } }

  /// Checks names and shapes of a whole list at once, without taking anything.
  /// - Throws: ``CheckpointError`` for the first kind of disagreement (missing, then mis-shaped,
  ///   then extra), naming up to eight tensors.
  public func check(
    expected: [TensorSpecification],
    ignoring isIgnorable: (String) -> Bool = TensorStore.isIgnorable
  ) throws(CheckpointError) {
    let absent = expected.map(\.name).filter { tensors[$0] == nil }
    if absent.count == 1 { throw missing(absent[0]) }
    if !absent.isEmpty {
      throw CheckpointError(
        .missingTensor, "\(absent.count) tensors are missing: \(Self.listed(absent))", file: folder)
    }
    for specification in expected {
      if let tensor = tensors[specification.name] { try check(tensor, shape: specification.shape) }
    }
    let wanted = Set(expected.map(\.name))
    try refuse(extra: tensors.keys.filter { !wanted.contains($0) && !isIgnorable($0) }.sorted())
  }

  /// Ends a strict load.
  /// - Throws: ``CheckpointError`` `missing-tensor` for names asked for in vain, `extra-tensor` for
  ///   tensors nobody took.
  public func finish(
    ignoring isIgnorable: (String) -> Bool = TensorStore.isIgnorable
  ) throws(CheckpointError) {
    let (taken, absent) = record.withLock { ($0.taken, $0.missing.sorted()) }
    if absent.count == 1 { throw missing(absent[0]) }
    if !absent.isEmpty {
      throw CheckpointError(
        .missingTensor, "\(absent.count) tensors are missing: \(Self.listed(absent))", file: folder)
    }
    try refuse(extra: tensors.keys.filter { !taken.contains($0) && !isIgnorable($0) }.sorted())
  }

  /// Buffers that old files carry although they are computed, not learned (model.md, section 1.3).
  public static func isIgnorable(_ name: String) -> Bool {
    name.hasSuffix("rotary_emb.inv_freq") || name.hasSuffix("embeddings.position_ids")
  }

  /// Lets the system take all pages back that were read so far, for example when everything was
  /// packed elsewhere; what is read later is fetched again.
  public func dropCachedPages() { for file in files { file.dropCachedPages() } }

  // MARK: Complaints

  private func check(_ tensor: TensorView, shape: [Int]) throws(CheckpointError) {
    guard tensor.shape == shape else {
      throw CheckpointError(
        .wrongShape, "the file has shape \(tensor.shape), the configuration asks for \(shape)",
        file: tensor.file,
        tensor: tensor.name)
    }
    guard tensor.dtype.isFloatingPoint else {
      throw CheckpointError(
        .wrongDType,
        "the weights are \(tensor.dtype.rawValue); only F32, F16 and BF16 weights can be used",
        file: tensor.file,
        tensor: tensor.name)
    }
  }

  private func missing(_ name: String) -> CheckpointError {
    let nearest = nearestName(
      to: name, among: tensors.keys.filter { abs($0.utf8.count - name.utf8.count) <= 4 })
    return CheckpointError(
      .missingTensor,
      "the tensor is missing" + (nearest.map { "; the nearest name is \"\($0)\"" } ?? ""),
      file: folder,
      tensor: name)
  }

  private func refuse(extra: [String]) throws(CheckpointError) {
    guard let first = extra.first else { return }
    if extra.count == 1 {
      throw CheckpointError(
        .extraTensor, "the model of config.json has no such tensor",
        file: tensors[first]?.file ?? folder, tensor: first)
    }
    throw CheckpointError(
      .extraTensor,
      "the model of config.json has no place for \(extra.count) tensors: \(Self.listed(extra))",
      file: folder)
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}

/// The part of a ``TensorStore`` below a prefix, for example `model.`.
public struct TensorStoreView: Sendable {
  public let store: TensorStore
  public let prefix: String

  /// The names below the prefix, without it, sorted.
  public var names: [String] {
    store.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  public func contains(_ name: String) -> Bool { store.contains(prefix + name) }
  public subscript(name: String) -> TensorView? { store[prefix + name] }

  /// Takes a tensor; see ``TensorStore/tensor(named:shape:)``.
  public func tensor(named name: String, shape: [Int]?) throws(CheckpointError) -> TensorView {
    try store.tensor(named: prefix + name, shape: shape)
  }

  /// A view below this one.
  public func view(prefix more: String) -> TensorStoreView {
    TensorStoreView(store: store, prefix: prefix + more)
  }
}
