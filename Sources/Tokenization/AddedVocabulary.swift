/// The added and special tokens of a slow Hugging Face tokenizer, with their ids settled.
struct AddedVocabulary: Sendable {
  /// Never split, found in the text before the model sees it.
  private(set) var tokens: [Int: AddedToken]
  private(set) var ids: [[UInt8]: Int] = [:]
  /// `all_special_tokens`: what bos, eos, unk, ... and additional_special_tokens name.
  private(set) var specialContents: Set<[UInt8]> = []
  /// `all_special_ids`.
  private(set) var specialIDs: Set<Int> = []
  /// Decoded apart from the model's pieces and joined to them by a space.
  private(set) var standalone: Set<[UInt8]> = []
  /// `len(tokenizer)`.
  let count: Int

  private(set) var roleIDs: [TokenizerConfiguration.Role: Int] = [:]

  /// - Parameters:
  ///   - defaults: the class's tokens for roles that the configuration does not mention.
  ///   - vocabularyCount: the size of the model's own vocabulary.
  ///   - modelID: the id of a token in the model's own vocabulary, nil where it has none.
  init(
    _ configuration: TokenizerConfiguration, defaults: [TokenizerConfiguration.Role: String],
    vocabularyCount: Int,
    modelID: ([UInt8]) -> Int?
  ) {
    tokens = configuration.addedTokens
    for (id, token) in tokens.sorted(by: { $0.key < $1.key }) { ids[token.content] = id }

    var special: [(role: TokenizerConfiguration.Role?, token: AddedToken)] = []
    for role in TokenizerConfiguration.Role.allCases {
      if let configured = configuration.roles[role] {
        if let token = configured { special.append((role, token)) }
      } else if let content = defaults[role] {
        special.append((role, AddedToken(content: content, isSpecial: true)))
      }
    }
    special += configuration.additionalSpecialTokens.map { (nil, $0) }

    var distinct = Self.distinctCount(tokens, vocabularyCount: vocabularyCount, modelID: modelID)
    for (role, token) in special {
      let id: Int
      if let known = ids[token.content] ?? modelID(token.content) {
        id = known
      } else {
        id = distinct
        distinct += 1
      }
      if tokens[id]?.content != token.content { tokens[id] = token }
      ids[token.content] = id
      specialContents.insert(token.content)
      specialIDs.insert(id)
      if let role { roleIDs[role] = id }
    }
    // Counted again: where ids have gaps, a special token can have taken the id of another added
    // one.
    count = Self.distinctCount(tokens, vocabularyCount: vocabularyCount, modelID: modelID)

    standalone = Set(ids.keys).subtracting(specialContents)
    for token in configuration.additionalSpecialTokens {
      if let id = ids[token.content], id >= vocabularyCount { standalone.insert(token.content) }
    }
  }

  /// Distinct spellings: the model's own that no added token covers or repeats, and the added ones.
  private static func distinctCount(
    _ tokens: [Int: AddedToken], vocabularyCount: Int, modelID: ([UInt8]) -> Int?
  ) -> Int {
    let contents = Set(tokens.values.map(\.content))
    let covered = Set(tokens.keys.filter { $0 < vocabularyCount }).union(
      contents.compactMap(modelID))
    return vocabularyCount - covered.count + contents.count
  }
}
