import Foundation

/// A byte-level BPE tokenizer with the rules of Hugging Face's classes (docs/model.md, 7.4):
/// Llama-3's and Qwen2's `tokenizer.json`, and Qwen2's slow class with `vocab.json` and
/// `merges.txt`.
public struct ByteLevelBPETokenizer: Tokenizer {
  public let count: Int
  public let bosID: Int?
  public let eosID: Int?
  public let unkID: Int?
  public let padID: Int?

  private let encoder: BytePairEncoder
  private let preTokenizer: ByteLevelPreTokenizer
  private let isNFC: Bool
  /// The slow class normalises the whole text first, the fast one only what lies between its added
  /// tokens.
  private let normalizesFirst: Bool
  private let rawSplitter: AddedTokenSplitter
  /// Looks for the added tokens with `normalized` in the normalised text; the slow class has none.
  private let normalizedSplitter: AddedTokenSplitter
  private let prefix: [Int]
  private let suffix: [Int]
  private let cleansUpSpaces: Bool
  private let skippedIDs: Set<Int>
  /// By id: the token's spelling; nil for ids that name no token.
  private let spellings: [[UInt8]?]
  /// By id: what the token contributes to a decoded text.
  private let decodedBytes: [[UInt8]]
  private let addedIDs: [[UInt8]: Int]

  /// What `tokenizer.json` says (`PreTrainedTokenizerFast`, `Qwen2TokenizerFast`).
  init(
    _ file: TokenizerJSON, configuration: TokenizerConfiguration,
    defaults: [TokenizerConfiguration.Role: String]
  ) {
    let added = FastAddedTokens(file, configuration: configuration, defaults: defaults)
    let raw = added.tokens.filter { !$0.value.isNormalized }
    let normalized = added.tokens.filter(\.value.isNormalized).mapValues { token in
      var token = token
      if file.isNFC { token.content = Self.precomposed(token.content) }
      return token
    }
    self.init(
      encoder: file.encoder, preTokenizer: file.preTokenizer, isNFC: file.isNFC,
      normalizesFirst: false,
      rawSplitter: AddedTokenSplitter(raw, isWhitespace: isUnicodeWhitespace),
      normalizedSplitter: AddedTokenSplitter(normalized, isWhitespace: isUnicodeWhitespace),
      prefix: file.prefix,
      suffix: file.suffix, cleansUpSpaces: configuration.cleansUpSpaces ?? true,
      added: added.tokens, addedIDs: added.ids,
      skippedIDs: Set(added.tokens.filter(\.value.isSpecial).keys), roleIDs: added.roleIDs,
      count: added.count)
  }

  /// Qwen2's slow class.
  init(qwen2 encoder: BytePairEncoder, configuration: TokenizerConfiguration) {
    let added = AddedVocabulary(
      configuration, defaults: Self.qwen2Defaults, vocabularyCount: encoder.vocabulary.count,
      modelID: { encoder.vocabulary[$0] })
    self.init(
      encoder: encoder, preTokenizer: .qwen2, isNFC: true, normalizesFirst: true,
      rawSplitter: AddedTokenSplitter(added.tokens, isWhitespace: isPythonWhitespace),
      normalizedSplitter: AddedTokenSplitter([:], isWhitespace: isPythonWhitespace), prefix: [],
      suffix: [],
      cleansUpSpaces: false, added: added.tokens, addedIDs: added.ids, skippedIDs: added.specialIDs,
      roleIDs: added.roleIDs,
      count: added.count)
  }

  static let qwen2Defaults: [TokenizerConfiguration.Role: String] = [
    .unk: "<|endoftext|>", .eos: "<|endoftext|>", .pad: "<|endoftext|>",
  ]

  private init(
    encoder: BytePairEncoder, preTokenizer: ByteLevelPreTokenizer, isNFC: Bool,
    normalizesFirst: Bool,
    rawSplitter: AddedTokenSplitter, normalizedSplitter: AddedTokenSplitter, prefix: [Int],
    suffix: [Int],
    cleansUpSpaces: Bool, added: [Int: AddedToken], addedIDs: [[UInt8]: Int], skippedIDs: Set<Int>,
    roleIDs: [TokenizerConfiguration.Role: Int], count: Int
  ) {
    self.encoder = encoder
    self.preTokenizer = preTokenizer
    self.isNFC = isNFC
    self.normalizesFirst = normalizesFirst
    self.rawSplitter = rawSplitter
    self.normalizedSplitter = normalizedSplitter
    self.prefix = prefix
    self.suffix = suffix
    self.cleansUpSpaces = cleansUpSpaces
    self.skippedIDs = skippedIDs
    self.addedIDs = addedIDs
    self.count = count
    (bosID, eosID, unkID, padID) = (roleIDs[.bos], roleIDs[.eos], roleIDs[.unk], roleIDs[.pad])
    let limit = max(encoder.vocabulary.values.max() ?? 0, added.keys.max() ?? 0) + 1
    var spellings = [[UInt8]?](repeating: nil, count: limit)
    for (token, id) in encoder.vocabulary { spellings[id] = token }
    for (id, token) in added { spellings[id] = token.content }
    self.spellings = spellings
    decodedBytes = spellings.map { $0.map(ByteAlphabet.bytes(of:)) ?? [] }
  }

  public func encode(_ text: String) -> [Int] {
    var ids = prefix
    let bytes = Array(text.utf8)
    encode(normalizesFirst ? normalized(bytes) : bytes, into: &ids)
    ids += suffix
    return ids
  }

  private func encode(_ text: [UInt8], into ids: inout [Int]) {
    for segment in rawSplitter.split(text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        encodeNormalized(
          normalizesFirst ? Array(text[range]) : normalized(Array(text[range])), into: &ids)
      }
    }
  }

  private func encodeNormalized(_ text: [UInt8], into ids: inout [Int]) {
    for segment in normalizedSplitter.split(text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        for word in preTokenizer.split(text[range]) { encoder.encode(text[word], into: &ids) }
      }
    }
  }

  public func decode(_ ids: [Int], skippingSpecialTokens: Bool) -> String {
    var bytes: [UInt8] = []
    for id in ids where decodedBytes.indices.contains(id) {
      if skippingSpecialTokens, skippedIDs.contains(id) { continue }
      bytes.append(contentsOf: decodedBytes[id])
    }
    // Each maximal broken part becomes one U+FFFD, as in Rust and Python.
    let text = String(decoding: bytes, as: UTF8.self)
    return cleansUpSpaces
      ? String(decoding: ByteText.cleanedUp(Array(text.utf8)), as: UTF8.self) : text
  }

  public func token(_ id: Int) -> String? {
    guard spellings.indices.contains(id), let spelling = spellings[id] else { return nil }
    return String(decoding: spelling, as: UTF8.self)
  }

  public func id(of token: String) -> Int? {
    let text = Array(token.utf8)
    return addedIDs[text] ?? encoder.vocabulary[text]
  }

  private func normalized(_ text: [UInt8]) -> [UInt8] { isNFC ? Self.precomposed(text) : text }

  /// NFC. Scalars below U+0300, whose UTF-8 has no byte from 0xCC on, are their own NFC and combine
  /// with nothing.
  private static func precomposed(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0xCC }) else { return text }
    return Array(String(decoding: text, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
  }
}

/// The added tokens of a fast tokenizer: those of tokenizer.json, then what the configuration adds.
private struct FastAddedTokens {
  var tokens: [Int: AddedToken]
  var ids: [[UInt8]: Int] = [:]
  var roleIDs: [TokenizerConfiguration.Role: Int] = [:]
  var count: Int

  init(
    _ file: TokenizerJSON, configuration: TokenizerConfiguration,
    defaults: [TokenizerConfiguration.Role: String]
  ) {
    let vocabulary = file.encoder.vocabulary
    tokens = file.addedTokens
    for (id, token) in tokens { ids[token.content] = id }
    let declared = configuration.addedTokens.sorted { $0.key < $1.key }.map(\.value)
    var roles: [(TokenizerConfiguration.Role, AddedToken)] = []
    for role in TokenizerConfiguration.Role.allCases {
      if let configured = configuration.roles[role] {
        if let token = configured { roles.append((role, token)) }
      } else if let content = defaults[role] {
        roles.append((role, AddedToken(content: content, isSpecial: true)))
      }
    }
    for token in declared + roles.map(\.1) + configuration.additionalSpecialTokens
    where ids[token.content] == nil {
      let id = vocabulary[token.content] ?? max(vocabulary.count, (tokens.keys.max() ?? -1) + 1)
      tokens[id] = token
      ids[token.content] = id
    }
    for (role, token) in roles { roleIDs[role] = ids[token.content] }
    count = vocabulary.count + ids.keys.count { vocabulary[$0] == nil }
  }
}
