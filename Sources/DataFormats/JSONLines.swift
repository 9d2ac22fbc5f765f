import Diagnostics

/// JSON Lines: one JSON value per line, blank lines skipped.
public enum JSONLines {
  /// Reads every line of a file, which may be compressed with gzip.
  /// - Throws: ``DataFormatError`` naming file and line.
  public static func read(_ path: String) throws(DataFormatError) -> [JSONNode] {
    var nodes: [JSONNode] = []
    let bytes = try readPossiblyCompressedFile(path)
    var number = 0
    var start = 0
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[start..<end]
      start = end + 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      nodes.append(
        JSONNode(
          try JSONValue.parse(Array(line), file: path, firstLine: number), file: path,
          path: "line \(number)"))
    }
    return nodes
  }
}
