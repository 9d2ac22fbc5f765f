/// A Llama-style SentencePiece tokenizer with the rules of Hugging Face's slow classes
/// (docs/model.md, 7.3).
///
/// The text is cut at added tokens, and each piece between them is encoded by libsentencepiece:
/// - ``Style/llamaLegacy`` and ``Style/internLM2``: each piece gets its own dummy `▁` prefix;
/// - ``Style/llama``: `▁` becomes a space, one `▁` is put in front of the whole text, pieces get no
///   prefix of their own, and a lone leading `▁` directly before a special token disappears.
public struct SentencePieceTokenizer: Tokenizer {
  public enum Style: Sendable {
    /// `LlamaTokenizer` with `legacy: true`, also the default where the configuration does not say.
    case llamaLegacy
    /// `LlamaTokenizer` with `legacy: false` (Vicuna-1.5, Phi-3).
    case llama
    /// `InternLM2Tokenizer`: encodes like `llamaLegacy`, decodes with spaces around special tokens
    /// and cleans up.
    case internLM2
  }

  public let style: Style
  public var count: Int { added.count }
  public var bosID: Int? { added.roleIDs[.bos] }
  public var eosID: Int? { added.roleIDs[.eos] }
  public var unkID: Int? { added.roleIDs[.unk] }
  public var padID: Int? { added.roleIDs[.pad] }

  let processor: SentencePieceProcessor
  /// By id.
  let pieces: [SentencePieceModel.Piece]
  let added: AddedVocabulary
  let splitter: AddedTokenSplitter
  let addsPrefixSpace: Bool
  let cleansUpSpaces: Bool
  private let addsBOS: Bool
  private let addsEOS: Bool
  /// The text that stands before a piece while it is encoded, and how many ids of the result it
  /// accounts for.
  private let guardText: [UInt8]
  private let guardCount: Int
  private let idsByText: [[UInt8]: Int]

  init(
    _ model: SentencePieceModel, configuration: TokenizerConfiguration, style: Style
  ) throws(TokenizationError) {
    self.style = style
    pieces = model.pieces
    processor = try SentencePieceProcessor(
      style == .llama ? model.bytesWithoutDummyPrefix : model.bytes)
    guard processor.count == pieces.count else {
      throw TokenizationError(
        .invalidModel,
        "libsentencepiece sees \(processor.count) pieces where the file has \(pieces.count)")
    }
    let idsByText = Dictionary(
      pieces.enumerated().map { ($1.text, $0) }, uniquingKeysWith: { first, _ in first })
    self.idsByText = idsByText
    added = AddedVocabulary(
      configuration, defaults: Self.defaults(for: style), vocabularyCount: pieces.count,
      modelID: { idsByText[$0] })
    splitter = AddedTokenSplitter(added.tokens, isWhitespace: isPythonWhitespace)
    addsBOS = configuration.addsBOS ?? true
    addsEOS = configuration.addsEOS ?? false
    addsPrefixSpace = configuration.addsPrefixSpace ?? true
    cleansUpSpaces = configuration.cleansUpSpaces ?? false
    guardText = added.roleIDs[.unk].flatMap { [added] in added.tokens[$0]?.content } ?? []
    guardCount = try processor.encode(guardText[...]).count
  }

  private static func defaults(for style: Style) -> [TokenizerConfiguration.Role: String] {
    let common: [TokenizerConfiguration.Role: String] = [.unk: "<unk>", .bos: "<s>", .eos: "</s>"]
    return style == .internLM2 ? common.merging([.pad: "</s>"]) { first, _ in first } : common
  }

  public func encode(_ text: String) throws(TokenizationError) -> [Int] {
    var ids: [Int] = []
    if addsBOS, let bosID { ids.append(bosID) }
    ids +=
      style == .llama
      ? try encodeWithOnePrefix(Array(text.utf8)) : try encodeSegments(Array(text.utf8))
    if addsEOS, let eosID { ids.append(eosID) }
    return ids
  }

  private func encodeWithOnePrefix(_ text: [UInt8]) throws(TokenizationError) -> [Int] {
    guard !text.isEmpty else { return [] }
    let spaced = ByteText.replacing(ByteText.visibleSpace, with: [ByteText.space], in: text)
    let ids = try encodeSegments(addsPrefixSpace ? ByteText.visibleSpace + spaced : spaced)
    if ids.count > 1, spelling(ids[0]) == ByteText.visibleSpace, added.specialIDs.contains(ids[1]) {
      return Array(ids.dropFirst())
    }
    return ids
  }

  private func encodeSegments(_ text: [UInt8]) throws(TokenizationError) -> [Int] {
    var ids: [Int] = []
    ids.reserveCapacity(text.count / 3)
    for segment in splitter.split(text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): ids += try encodeSegment(text[range])
      }
    }
    return ids
  }

  private func encodeSegment(_ text: ArraySlice<UInt8>) throws(TokenizationError) -> [Int] {
    guard style == .llama, text.first == ByteText.space || text.starts(with: ByteText.visibleSpace)
    else {
      return try processor.encode(text)
    }
    // The official code hides a leading space from the library behind the text of the unknown
    // token.
    let ids = try processor.encode((guardText + text)[...])
    return Array(ids.dropFirst(ids.count >= guardCount ? guardCount : 0))
  }

  /// The token's text as bytes; added tokens come before the model's pieces.
  func spelling(_ id: Int) -> [UInt8]? {
    added.tokens[id]?.content ?? (pieces.indices.contains(id) ? pieces[id].text : nil)
  }

  public func token(_ id: Int) -> String? {
    spelling(id).map { String(decoding: $0, as: UTF8.self) }
  }

  public func id(of token: String) -> Int? {
    let text = Array(token.utf8)
    return added.ids[text] ?? idsByText[text]
  }
}
