import DataFormats
import Diagnostics

/// A `tokenizer.model` file, checked before libsentencepiece sees it: the library trusts what it
/// parses.
struct SentencePieceModel: Sendable {
  enum Kind: Int, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  struct Piece: Sendable, Hashable {
    /// UTF-8 with ▁ for the space.
    var text: [UInt8]
    var score: Float
    var kind: Kind
  }

  /// The serialized ModelProto.
  let bytes: [UInt8]
  private(set) var pieces: [Piece] = []
  private(set) var hasByteFallback = false

  /// nil without a trainer_spec, which every model ends with.
  private var algorithm: UInt64?
  private var normalizationMap: ArraySlice<UInt8> = []

  /// Parses and checks a serialized model.
  /// - Throws: ``TokenizationError`` `invalid-model` (broken, or not a SentencePiece file),
  ///   `unsupported-tokenizer` (another algorithm than BPE).
  init(_ bytes: [UInt8], file: String? = nil) throws(TokenizationError) {
    self.bytes = bytes
    let location = Location(file: file)
    func invalid(_ reason: String) -> TokenizationError {
      TokenizationError(
        .invalidModel,
        "this is not a usable SentencePiece model (\(reason)); copy the file again from its source",
        at: location)
    }
    do {
      try parse()
    } catch {
      throw invalid("byte \(error.offset): \(error.reason)")
    }
    guard !pieces.isEmpty else { throw invalid("it has no pieces") }
    guard pieces.count < TokenizerConfiguration.idLimit else {
      throw invalid("it has \(pieces.count) pieces")
    }
    guard let algorithm else { throw invalid("its settings are missing; the file is cut off") }
    guard algorithm == 2 else {
      let names: [UInt64: String] = [1: "unigram", 3: "word", 4: "char"]
      throw TokenizationError(
        .unsupportedTokenizer,
        """
        the SentencePiece model uses the algorithm \(names[algorithm] ?? "\(algorithm)"); \
        supported: BPE
        """,
        at: location)
    }
    if let reason = defectInPieces() ?? normalizationMapDefect(normalizationMap) {
      throw invalid(reason)
    }
  }

  /// Reads and checks a model file.
  init(contentsOf path: String) throws(TokenizationError) {
    do {
      try self.init(try readFile(path), file: path)
    } catch let error as TokenizationError {
      throw error
    } catch {
      throw TokenizationError(
        .unreadableFile, "the SentencePiece model cannot be read", cause: error)
    }
  }

  /// The same model with the dummy prefix switched off. Protobuf merges a repeated message into the
  /// earlier one, so appending `normalizer_spec { add_dummy_prefix: false }` changes this one
  /// setting and nothing else.
  var bytesWithoutDummyPrefix: [UInt8] { bytes + [0x1A, 0x02, 0x18, 0x00] }

  private mutating func parse() throws(ProtobufReader.Failure) {
    var reader = ProtobufReader(bytes[...])
    while let (field, value) = try reader.next() {
      guard case .bytes(let message) = value else { continue }
      switch field {
      case 1: try pieces.append(piece(message))
      case 2: try parseTrainerSpec(message)
      case 3: try parseNormalizerSpec(message)
      default: break
      }
    }
  }

  private func piece(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Failure) -> Piece {
    var piece = Piece(text: [], score: 0, kind: .normal)
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let text)): piece.text = Array(text)
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .varint(let kind)):
        guard let kind = Int(exactly: kind).flatMap(Kind.init(rawValue:)) else {
          throw ProtobufReader.Failure(
            offset: message.startIndex, reason: "piece \(pieces.count) is of an unknown kind")
        }
        piece.kind = kind
      default: break
      }
    }
    return piece
  }

  private mutating func parseTrainerSpec(
    _ message: ArraySlice<UInt8>
  ) throws(ProtobufReader.Failure) {
    algorithm = algorithm ?? 1
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (3, .varint(let algorithm)): self.algorithm = algorithm
      case (35, .varint(let flag)): hasByteFallback = flag != 0
      default: break
      }
    }
  }

  private mutating func parseNormalizerSpec(
    _ message: ArraySlice<UInt8>
  ) throws(ProtobufReader.Failure) {
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      if case (2, .bytes(let map)) = (field, value) { normalizationMap = map }
    }
  }

  private func defectInPieces() -> String? {
    var seen: Set<[UInt8]> = []
    seen.reserveCapacity(pieces.count)
    var byteCount = 0
    var unknownCount = 0
    for (id, piece) in pieces.enumerated() {
      if piece.text.isEmpty { return "piece \(id) is empty" }
      if piece.text.contains(0) { return "piece \(id) contains a zero byte" }
      if String(validating: piece.text, as: UTF8.self) == nil { return "piece \(id) is not UTF-8" }
      if piece.score.isNaN { return "the score of piece \(id) is not a number" }
      if !seen.insert(piece.text).inserted {
        return "piece \(id) repeats \"\(String(decoding: piece.text, as: UTF8.self))\""
      }
      if piece.kind == .byte { byteCount += 1 }
      if piece.kind == .unknown { unknownCount += 1 }
    }
    if unknownCount != 1 { return "it has \(unknownCount) unknown pieces where one is needed" }
    if byteCount != (hasByteFallback ? 256 : 0) { return "it has \(byteCount) byte pieces" }
    return nil
  }
}

/// What is wrong with a compiled normalisation map, nil where nothing is or there is none.
///
/// The map is a 32-bit length, a double-array trie of 32-bit units and NUL-terminated replacements.
/// The library walks it without bounds checks, so every step that a text could cause is checked
/// here once.
private func normalizationMapDefect(_ map: ArraySlice<UInt8>) -> String? {
  guard !map.isEmpty else { return nil }
  func unit(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(map[map.startIndex + offset + $1]) << UInt32(8 * $1) }
  }
  guard map.count > 4 else { return "its normalisation map is too short" }
  let trieBytes = Int(unit(at: 0))
  guard trieBytes > 0, trieBytes % 4 == 0, trieBytes < map.count - 4, map.last == 0 else {
    return "its normalisation map is broken"
  }
  let unitCount = trieBytes / 4
  let replacementCount = map.count - 4 - trieBytes
  for index in 0..<unitCount {
    let node = unit(at: 4 + 4 * index)
    if node >> 31 == 1 { continue }  // a value, reached only through its node below
    let offset = Int(node >> 10) << Int((node & 0x200) >> 6)
    guard (index ^ offset) | 0xFF < unitCount else {
      return "its normalisation map points outside itself"
    }
    if node >> 8 & 1 == 1, Int(unit(at: 4 + 4 * (index ^ offset)) & 0x7FFF_FFFF) >= replacementCount
    {
      return "its normalisation map points outside itself"
    }
  }
  return nil
}
