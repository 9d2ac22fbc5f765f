import DataFormats
import Diagnostics

/// Reads the vocabulary and the merges of a byte-level model, from tokenizer.json or from
/// vocab.json and merges.txt.
enum ByteLevelVocabulary {
  /// The tokens with their ids.
  static func vocabulary(_ node: JSONNode) throws(DataFormatError) -> [[UInt8]: Int] {
    var ids: [[UInt8]: Int] = [:]
    var tokens: [Int: [UInt8]] = [:]
    for (key, value) in try node.members() {
      let token = Array(key.utf8)
      let id = try value.int()
      guard (0..<TokenizerConfiguration.idLimit).contains(id) else {
        throw DataFormatError(
          .limitExceeded, "the token id \(id) is outside 0..<\(TokenizerConfiguration.idLimit)",
          at: value.location)
      }
      if let other = tokens.updateValue(token, forKey: id) {
        throw DataFormatError(
          .wrongType,
          """
          the token id \(id) is given to both \"\(String(decoding: other, as: UTF8.self))\" and \
          \"\(key)\"
          """,
          at: value.location)
      }
      ids[token] = id
    }
    guard !ids.isEmpty else { throw node.mismatch("tokens with their ids") }
    return ids
  }

  /// The merges of tokenizer.json: `"a b"`, or `["a", "b"]` in newer files.
  static func merges(
    _ node: JSONNode, vocabulary: [[UInt8]: Int]
  ) throws(DataFormatError) -> [UInt64: BytePairEncoder.Merge] {
    var merges: [UInt64: BytePairEncoder.Merge] = [:]
    for (rank, item) in try node.list().enumerated() {
      let parts: [[UInt8]]
      if case .string(let text) = item.value {
        parts = text.utf8.split(separator: ByteText.space, omittingEmptySubsequences: false).map(
          Array.init)
      } else {
        parts = try item.strings().map { Array($0.utf8) }
      }
      try add(parts, rank: rank, to: &merges, vocabulary: vocabulary, at: item.location)
    }
    return merges
  }

  /// The merges of merges.txt: one per line, `a b`; a first line `#version: …` and empty lines do
  /// not count.
  static func merges(
    contentsOf path: String, vocabulary: [[UInt8]: Int]
  ) throws(DataFormatError) -> [UInt64: BytePairEncoder.Merge] {
    var merges: [UInt64: BytePairEncoder.Merge] = [:]
    var rank = 0
    for (index, line) in try readFile(path).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
      .enumerated()
    {
      if index == 0, line.starts(with: Array("#version:".utf8)) { continue }
      let parts = line.split(whereSeparator: { $0 == ByteText.space || $0 == 0x09 }).map(Array.init)
      if parts.isEmpty { continue }
      try add(
        parts, rank: rank, to: &merges, vocabulary: vocabulary,
        at: Location(file: path, place: "merge \(rank + 1)"))
      rank += 1
    }
    return merges
  }

  private static func add(
    _ parts: [[UInt8]], rank: Int, to merges: inout [UInt64: BytePairEncoder.Merge],
    vocabulary: [[UInt8]: Int],
    at location: Location
  ) throws(DataFormatError) {
    guard parts.count == 2 else {
      throw DataFormatError(.invalidSyntax, "a merge needs two tokens", at: location)
    }
    guard let left = vocabulary[parts[0]], let right = vocabulary[parts[1]],
      let merged = vocabulary[parts[0] + parts[1]]
    else {
      let names = parts.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }
      throw DataFormatError(
        .invalidSyntax,
        "the merge of \(names[0]) and \(names[1]) needs both and their union in the vocabulary",
        at: location)
    }
    merges[BytePairEncoder.key(left, right)] = BytePairEncoder.Merge(
      rank: UInt32(rank), id: UInt32(merged))
  }
}
