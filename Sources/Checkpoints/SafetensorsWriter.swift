import DataFormats
import OrderedCollections

/// A tensor that a ``SafetensorsWriter`` is going to write.
public struct TensorDeclaration: Sendable, Hashable {
  public var name: String
  public var dtype: DType
  /// Row-major.
  public var shape: [Int]

  public init(name: String, dtype: DType, shape: [Int]) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
  }
}

/// Writes one safetensors file in the official layout: tensors by falling dtype, then by name; the
/// header padded to 8 bytes.
///
/// All tensors are declared first; then their bytes arrive piece by piece and in any order of
/// tensors, so that no tensor has to be in memory as a whole. The file appears under its name only
/// with ``finish()``.
public final class SafetensorsWriter {
  public let path: String
  private let file: PartialFile
  private var places: [String: Place]

  private struct Place {
    let dtype: DType
    let range: Range<Int>
    var written: Int
  }

  /// - Throws: ``CheckpointError``: a repeated name, an impossible shape, a file that cannot be
  ///   created.
  public init(
    path: String, tensors: [TensorDeclaration], metadata: [String: String] = ["format": "pt"]
  ) throws(CheckpointError) {
    self.path = path
    let ordered = tensors.sorted { ($1.dtype.layoutRank, $0.name) < ($0.dtype.layoutRank, $1.name) }
    var header: OrderedDictionary<String, JSONValue> = [:]
    if !metadata.isEmpty {
      header["__metadata__"] = .object(
        OrderedDictionary(
          uniqueKeysWithValues: metadata.sorted { $0.key < $1.key }.map {
            ($0.key, .string($0.value))
          }))
    }
    var ranges: [(TensorDeclaration, Range<Int>)] = []
    var end = 0
    for tensor in ordered {
      guard let count = tensor.dtype.byteCount(shape: tensor.shape), count <= Int.max / 2 - end
      else {
        throw CheckpointError(
          .sizeMismatch, "the shape \(tensor.shape) is impossible", file: path, tensor: tensor.name)
      }
      guard header[tensor.name] == nil, tensor.name != "__metadata__" else {
        throw CheckpointError(
          .invalidRequest, "the name is used twice", file: path, tensor: tensor.name)
      }
      header[tensor.name] = [
        "dtype": .string(tensor.dtype.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(end), .integer(end + count)],
      ]
      ranges.append((tensor, end..<end + count))
      end += count
    }
    var text = Array(JSONValue.object(header).text().utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let start = 8 + text.count
    places = Dictionary(
      uniqueKeysWithValues: ranges.map { tensor, range in
        (
          tensor.name,
          Place(
            dtype: tensor.dtype, range: start + range.lowerBound..<start + range.upperBound,
            written: 0)
        )
      })
    file = try PartialFile(path: path)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) }
    try file.write((length + text).span.bytes, at: 0)
  }

  /// Appends `bytes` to what was written of the tensor `name`.
  /// - Throws: ``CheckpointError``: an undeclared name, more bytes than declared, a full disk.
  public func append(_ bytes: RawSpan, to name: String) throws(CheckpointError) {
    guard var place = places[name] else {
      throw CheckpointError(
        .invalidRequest, "the tensor was not declared", file: path, tensor: name)
    }
    guard bytes.byteCount <= place.range.count - place.written else {
      throw CheckpointError(
        .sizeMismatch,
        "\(place.written + bytes.byteCount) bytes given, \(place.range.count) declared", file: path,
        tensor: name)
    }
    try file.write(bytes, at: place.range.lowerBound + place.written)
    place.written += bytes.byteCount
    places[name] = place
  }

  /// Appends values, converted to the tensor's dtype (f32, f16 and bf16 to nearest even, or f64).
  /// - Throws: ``CheckpointError`` as ``append(_:to:)-(RawSpan,_)``, and `wrong-dtype` for integer
  ///   tensors.
  public func append(_ values: [Float], to name: String) throws(CheckpointError) {
    let dtype = places[name]?.dtype ?? .f32
    guard let bytes = FloatConversion.bytes(of: values, as: dtype) else {
      throw CheckpointError(
        .wrongDType, "floats cannot be stored as \(dtype.rawValue)", file: path, tensor: name)
    }
    try append(bytes.span.bytes, to: name)
  }

  /// Checks that every tensor is complete, syncs the file and gives it its name.
  public func finish() throws(CheckpointError) {
    for (name, place) in places.sorted(by: { $0.key < $1.key })
    where place.written != place.range.count {
      throw CheckpointError(
        .sizeMismatch, "\(place.written) bytes given, \(place.range.count) declared", file: path,
        tensor: name)
    }
    try file.publish()
  }
}

/// A small tensor in memory, for files that are written in one go (dumps, tests).
public struct NamedTensor: Sendable {
  public var declaration: TensorDeclaration
  /// Little-endian, row-major.
  public var bytes: [UInt8]

  public init(name: String, dtype: DType, shape: [Int], bytes: [UInt8]) {
    declaration = TensorDeclaration(name: name, dtype: dtype, shape: shape)
    self.bytes = bytes
  }

  /// Values stored as f32.
  public init(name: String, shape: [Int], floats: [Float]) {
    self.init(
      name: name, dtype: .f32, shape: shape,
      bytes: FloatConversion.bytes(of: floats, as: .f32) ?? [])
  }

  /// Values stored as i32, the integer type of the reference dumps.
  public init(name: String, shape: [Int], int32s: [Int32]) {
    let bytes = int32s.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * Int32($0))) }
    }
    self.init(name: name, dtype: .i32, shape: shape, bytes: bytes)
  }
}

extension SafetensorsWriter {
  /// Writes a file that fits in memory.
  public static func write(
    _ tensors: [NamedTensor], to path: String, metadata: [String: String] = ["format": "pt"]
  )
    throws(CheckpointError)
  {
    let writer = try SafetensorsWriter(
      path: path, tensors: tensors.map(\.declaration), metadata: metadata)
    for tensor in tensors {
      try writer.append(tensor.bytes.span.bytes, to: tensor.declaration.name)
    }
    try writer.finish()
  }
}
