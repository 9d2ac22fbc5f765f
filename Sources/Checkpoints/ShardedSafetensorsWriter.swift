import DataFormats
import Foundation
import OrderedCollections

/// Writes the tensors of a model folder: one `model.safetensors`, or shards with
/// `model.safetensors.index.json`.
///
/// Tensors go to shards in the declared order; a shard is closed when the next tensor would make it
/// larger than `shardSize`. Only one shard is open at a time, so the tensors of one shard must be
/// complete before those of the next begin.
public final class ShardedSafetensorsWriter {
  public let folder: String
  /// The tensors of every shard, in declared order.
  public let shards: [[TensorDeclaration]]
  private let shardOfTensor: [String: Int]
  private var current: (index: Int, writer: SafetensorsWriter)?
  private var finished: Set<Int> = []

  /// - Parameter shardSize: the most bytes of tensors per file; a single larger tensor still gets a
  ///   file of its own. nil writes one file.
  public init(folder: String, tensors: [TensorDeclaration], shardSize: Int?) throws(CheckpointError)
  {
    self.folder = folder
    var shards: [[TensorDeclaration]] = [[]]
    var filled = 0
    for tensor in tensors {
      guard let count = tensor.dtype.byteCount(shape: tensor.shape) else {
        throw CheckpointError(
          .sizeMismatch, "the shape \(tensor.shape) is impossible", file: folder,
          tensor: tensor.name)
      }
      let (sum, overflow) = filled.addingReportingOverflow(count)
      if let shardSize, overflow || sum > shardSize, !shards[shards.count - 1].isEmpty {
        shards.append([])
        filled = 0
      }
      shards[shards.count - 1].append(tensor)
      filled = filled.addingReportingOverflow(count).partialValue
    }
    self.shards = shards
    var places: [String: Int] = [:]
    for (index, shard) in shards.enumerated() {
      for tensor in shard where places.updateValue(index, forKey: tensor.name) != nil {
        throw CheckpointError(
          .invalidRequest, "the name is used twice", file: folder, tensor: tensor.name)
      }
    }
    shardOfTensor = places
  }

  /// Appends bytes to a tensor; see ``SafetensorsWriter/append(_:to:)-(RawSpan,_)``.
  public func append(_ bytes: RawSpan, to name: String) throws(CheckpointError) {
    try writer(for: name).append(bytes, to: name)
  }

  /// Appends values, converted to the tensor's dtype.
  public func append(_ values: [Float], to name: String) throws(CheckpointError) {
    try writer(for: name).append(values, to: name)
  }

  /// Closes the last shard and writes the index where there are several.
  public func finish() throws(CheckpointError) {
    try closeCurrent()
    for index in shards.indices where !finished.contains(index) {
      // shards of empty tensors only; a shard that lacks bytes is refused as it is closed
      try open(index)
      try closeCurrent()
    }
    guard shards.count > 1 else { return }
    var map: OrderedDictionary<String, JSONValue> = [:]
    for (name, index) in shardOfTensor.sorted(by: { $0.key < $1.key }) {
      map[name] = .string(fileName(index))
    }
    let total = shards.joined().reduce(0) { $0 + ($1.dtype.byteCount(shape: $1.shape) ?? 0) }
    let index: JSONValue = [
      "metadata": ["total_size": .integer(total)], "weight_map": .object(map),
    ]
    let file = try PartialFile(path: folder + "/model.safetensors.index.json")
    try file.write(Array(index.text(indented: true).utf8).span.bytes, at: 0)
    try file.publish()
  }

  private func fileName(_ index: Int) -> String {
    guard shards.count > 1 else { return "model.safetensors" }
    return "model-\(padded(index + 1))-of-\(padded(shards.count)).safetensors"
  }

  private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private func writer(for name: String) throws(CheckpointError) -> SafetensorsWriter {
    guard let index = shardOfTensor[name] else {
      throw CheckpointError(
        .invalidRequest, "the tensor was not declared", file: folder, tensor: name)
    }
    if let current, current.index == index { return current.writer }
    guard !finished.contains(index) else {
      throw CheckpointError(
        .invalidRequest, "its shard is closed already", file: folder, tensor: name)
    }
    try closeCurrent()
    return try open(index)
  }

  @discardableResult
  private func open(_ index: Int) throws(CheckpointError) -> SafetensorsWriter {
    let writer = try SafetensorsWriter(path: folder + "/" + fileName(index), tensors: shards[index])
    current = (index, writer)
    return writer
  }

  private func closeCurrent() throws(CheckpointError) {
    guard let (index, writer) = current else { return }
    try writer.finish()
    finished.insert(index)
    current = nil
  }
}
