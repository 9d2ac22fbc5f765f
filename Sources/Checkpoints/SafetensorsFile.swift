import DataFormats
import Diagnostics

/// A safetensors file, mapped into memory; opening reads and checks only the header.
///
/// Any data offset works, aligned or not. Tensors stay valid as long as a ``TensorView`` or this
/// object is held.
public final class SafetensorsFile: Sendable {
  public let path: String
  /// The strings of `__metadata__`, for example `format: pt`.
  public let metadata: [String: String]
  /// All tensors in the order of their bytes.
  public let tensors: [TensorView]
  private let indices: [String: Int]
  private let file: MappedFile

  /// - Throws: ``CheckpointError`` naming the file and the tensor: unreadable, a lying header
  ///   length, no JSON, a repeated name, an unknown dtype, offsets out of range, overlapping or
  ///   with holes, a shape that disagrees with its bytes.
  public init(path: String) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    if file.withBytes(
      in: 0..<LargeFilePointer.mark.count, { Array($0.withUnsafeBytes { Array($0) }) })
      == LargeFilePointer.mark
    {
      throw CheckpointError(.invalidHeader, LargeFilePointer.message, file: path)
    }
    let header = try SafetensorsHeader(file)
    self.path = path
    self.file = file
    metadata = header.metadata
    tensors = header.entries.map { TensorView(entry: $0, file: file) }
    indices = Dictionary(uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
  }

  /// Lets the system take all of the file's pages back.
  func dropCachedPages() { file.dropPages(in: 0..<file.count) }

  /// The names of all tensors, sorted.
  public var names: [String] { indices.keys.sorted() }

  /// The tensor `name`, or nil.
  public subscript(name: String) -> TensorView? { indices[name].map { tensors[$0] } }

  /// The tensor `name`.
  /// - Throws: ``CheckpointError`` `missing-tensor` with the nearest name.
  public func tensor(named name: String) throws(CheckpointError) -> TensorView {
    if let tensor = self[name] { return tensor }
    let nearest = nearestName(
      to: name, among: indices.keys.filter { abs($0.utf8.count - name.utf8.count) <= 4 })
    throw CheckpointError(
      .missingTensor, "the tensor is missing" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
      file: path, tensor: name)
  }
}
