import DataFormats

/// One tensor as the header of a safetensors file declares it.
struct TensorEntry: Sendable, Hashable {
  var name: String
  var dtype: DType
  var shape: [Int]
  /// Where the bytes lie, counted from the start of the file.
  var range: Range<Int>
}

/// The header of a safetensors file: 8 bytes little-endian length, then a JSON object `{name:
/// {dtype, shape, data_offsets}, "__metadata__": {…}}`, then the data (model.md, section 1.1).
///
/// Every rule of the format is checked before any tensor can be looked at: the data section is
/// covered exactly once.
struct SafetensorsHeader {
  /// The official readers refuse longer headers too.
  static let longestHeader = 100_000_000

  var entries: [TensorEntry]
  var metadata: [String: String]

  init(_ file: MappedFile) throws(CheckpointError) {
    let path = file.path
    guard file.count >= 8 else {
      let what = file.count == 0 ? "the file is empty" : "the file has only \(file.count) bytes"
      throw CheckpointError(
        .truncatedFile, "\(what); a safetensors file starts with 8 bytes of header length",
        file: path)
    }
    let declared = file.withBytes(in: 0..<8) {
      UInt64(littleEndian: $0.unsafeLoad(as: UInt64.self))
    }
    guard declared <= UInt64(file.count - 8) else {
      throw CheckpointError(
        .truncatedFile,
        """
        the header is said to be \(declared) bytes long, but only \(file.count - 8) bytes \
        follow; the file is truncated or no safetensors file
        """,
        file: path)
    }
    let length = Int(declared)
    guard length <= Self.longestHeader else {
      throw CheckpointError(
        .invalidHeader,
        "the header is said to be \(length) bytes long; the format allows 100000000", file: path)
    }
    let text = file.withBytes(in: 8..<8 + length) { span in span.withUnsafeBytes { [UInt8]($0) } }
    guard text.first == UInt8(ascii: "{") else {
      throw CheckpointError(
        .invalidHeader, "the header is not a JSON object; is this a safetensors file?", file: path)
    }
    let root: JSONNode
    do {
      root = JSONNode(try JSONValue.parse(text), path: "header")
    } catch {
      throw CheckpointError(
        .invalidHeader, "the header is not valid JSON", file: path, cause: error)
    }
    if let repeated = repeatedKey(in: text) {
      throw CheckpointError(.invalidHeader, "the header names \"\(repeated)\" twice", file: path)
    }
    entries = []
    metadata = [:]
    let dataStart = 8 + length
    do {
      for (name, node) in try root.members() {
        if name == "__metadata__" {
          for (key, value) in try node.members() { metadata[key] = try value.string() }
        } else {
          entries.append(
            try Self.entry(name, node, dataStart: dataStart, fileCount: file.count, path: path))
        }
      }
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(
        .invalidHeader, "the header does not follow the format", file: path, cause: error)
    }
    try Self.checkCoverage(&entries, dataStart: dataStart, fileCount: file.count, path: path)
  }

  private static func entry(
    _ name: String, _ node: JSONNode, dataStart: Int, fileCount: Int, path: String
  ) throws -> TensorEntry {
    let typeName = try node["dtype"].string()
    guard let dtype = DType(rawValue: typeName) else {
      let known = DType.allCases.map(\.rawValue).joined(separator: ", ")
      throw CheckpointError(
        .unknownDType, "the dtype \"\(typeName)\" is not supported (known: \(known))", file: path,
        tensor: name)
    }
    let dimensions = try node["shape"].list()
    guard dimensions.count <= 64 else {
      throw CheckpointError(
        .invalidHeader, "the shape has \(dimensions.count) dimensions", file: path, tensor: name)
    }
    let shape = try dimensions.map { try $0.int() }
    guard let byteCount = dtype.byteCount(shape: shape) else {
      throw CheckpointError(
        .sizeMismatch, "the shape \(shape) is impossible (negative or too large)", file: path,
        tensor: name)
    }
    let offsets = try node["data_offsets"].list().map { try $0.int() }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw CheckpointError(
        .invalidOffsets, "the data_offsets \(offsets) are not a range", file: path, tensor: name)
    }
    guard offsets[1] <= fileCount - dataStart else {
      throw CheckpointError(
        .truncatedFile,
        """
        the data_offsets \(offsets) reach beyond the data section of \(fileCount - dataStart) \
        bytes; the file is truncated or damaged
        """,
        file: path, tensor: name)
    }
    guard offsets[1] - offsets[0] == byteCount else {
      throw CheckpointError(
        .sizeMismatch,
        """
        the shape \(shape) of \(typeName) needs \(byteCount) bytes, but data_offsets \(offsets) \
        hold \(offsets[1] - offsets[0])
        """,
        file: path, tensor: name)
    }
    return TensorEntry(
      name: name, dtype: dtype, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1]
    )
  }

  /// Sorts the entries by offset and checks that they touch each other from the first to the last
  /// byte of the data section.
  private static func checkCoverage(
    _ entries: inout [TensorEntry], dataStart: Int, fileCount: Int, path: String
  ) throws(CheckpointError) {
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = dataStart
    var previous: String?
    for entry in entries {
      let start = entry.range.lowerBound
      if start < end {
        throw CheckpointError(
          .invalidOffsets, "its bytes overlap those of the tensor \(previous ?? "before it")",
          file: path, tensor: entry.name)
      }
      if start > end {
        throw CheckpointError(
          .invalidOffsets, "\(start - end) bytes before it belong to no tensor", file: path,
          tensor: entry.name)
      }
      end = entry.range.upperBound
      previous = entry.name
    }
    guard end == fileCount else {
      throw CheckpointError(
        .invalidOffsets, "the last \(fileCount - end) bytes of the file belong to no tensor",
        file: path)
    }
  }
}

/// The first key that an object anywhere in a valid JSON document repeats, or nil.
///
/// The JSON reader keeps the last value of a repeated key, as Python does; here that would hide a
/// tensor.
func repeatedKey(in text: [UInt8]) -> String? {
  /// The keys seen so far of every open object; nil for an open list.
  var open: [Set<String>?] = []
  var expectsKey = false
  var position = 0
  while position < text.count {
    switch text[position] {
    case UInt8(ascii: "{"):
      open.append([])
      expectsKey = true
    case UInt8(ascii: "["):
      open.append(nil)
      expectsKey = false
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      _ = open.popLast()
      expectsKey = false
    case UInt8(ascii: ","):
      expectsKey = open.last.map { $0 != nil } ?? false
    case UInt8(ascii: "\""):
      let start = position
      position += 1
      while position < text.count, text[position] != UInt8(ascii: "\"") {
        position += text[position] == UInt8(ascii: "\\") ? 2 : 1
      }
      if expectsKey, position < text.count,
        case .string(let key)? = try? JSONValue.parse(Array(text[start...position]))
      {
        if open[open.count - 1]?.insert(key).inserted == false { return key }
      }
      expectsKey = false
    default: break
    }
    position += 1
  }
  return nil
}
