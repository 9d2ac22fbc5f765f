import Diagnostics

/// JSON Lines: one JSON value per line, blank lines skipped.
public enum JSONLines {
  /// Reads every line of a file, which may be compressed with gzip.
  /// - Throws: ``DataFormatError`` naming file and line.
  public static func read(_ path: String) throws(DataFormatError) -> [JSONNode] {
    try parse(try TextFile.bytes(of: path), file: path)
  }

  static func parse(_ bytes: [UInt8], file path: String) throws(DataFormatError) -> [JSONNode] {
    var nodes: [JSONNode] = []
    var number = 0
    for line in TextFile.byteLines(bytes) {
      number += 1
      if TextFile.isBlank(line) { continue }
      nodes.append(
        JSONNode(
          try JSONValue.parse(Array(line), file: path, firstLine: number), file: path,
          path: "line \(number)"))
    }
    return nodes
  }
}

/// A file of JSON that is one document or a value per line, whatever its name says: both stand
/// under `.json` and `.jsonl`.
public enum JSONFile: Sendable {
  case document(JSONNode)
  case lines(path: String, [JSONNode])

  /// - Throws: ``DataFormatError`` naming file, line and column.
  public init(contentsOf path: String) throws(DataFormatError) {
    let bytes = try TextFile.bytes(of: path)
    var plain = path.lowercased()
    if plain.hasSuffix(".gz") { plain.removeLast(3) }
    let isNamedLines = plain.hasSuffix("l")
    do {
      if isNamedLines {
        let lines = try JSONLines.parse(bytes, file: path)
        if lines.count == 1, case .array = lines[0].value {
          self = .document(JSONNode(lines[0].value, file: path))
        } else {
          self = .lines(path: path, lines)
        }
      } else {
        self = .document(JSONNode(try JSONValue.parse(bytes, file: path), file: path))
      }
    } catch {
      // The other form may be what it is; where it is neither, the name decides who complains -
      // unless the first line is a value by itself, which makes the file one of lines.
      if isNamedLines {
        guard let value = try? JSONValue.parse(bytes, file: path) else { throw error }
        self = .document(JSONNode(value, file: path))
      } else {
        let first = TextFile.byteLines(bytes).first { !TextFile.isBlank($0) } ?? []
        guard case .object? = try? JSONValue.parse(Array(first)) else { throw error }
        self = .lines(path: path, try JSONLines.parse(bytes, file: path))
      }
    }
  }
}
