import DataFormats
import Diagnostics
import Foundation

/// What `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` say, read as
/// `from_pretrained` reads them.
///
/// `added_tokens_decoder` in the configuration wins; without it the two older files count, and the
/// `added_tokens` of a `tokenizer.json` beside them.
struct TokenizerConfiguration: Sendable {
  /// The attributes that name special tokens, in the order in which missing ones are added to the
  /// vocabulary.
  enum Role: String, CaseIterable, Sendable {
    case bos = "bos_token"
    case eos = "eos_token"
    case unk = "unk_token"
    case sep = "sep_token"
    case pad = "pad_token"
    case cls = "cls_token"
    case mask = "mask_token"
  }

  /// The folder, for messages.
  var folder: String
  var tokenizerClass: String?
  var addsBOS: Bool?
  var addsEOS: Bool?
  var isLegacy: Bool?
  var addsPrefixSpace: Bool?
  var cleansUpSpaces: Bool?
  /// By id, as declared.
  var addedTokens: [Int: AddedToken] = [:]
  /// A role that is absent has the class's default; one that is present with nil is switched off.
  var roles: [Role: AddedToken?] = [:]
  var additionalSpecialTokens: [AddedToken] = []

  /// Ids from this one on are refused: no vocabulary is that large, and lists are allocated by id.
  static let idLimit = 1 << 21

  /// - Parameter usesTokenizerJSON: takes added tokens from tokenizer.json too, where no newer file
  ///   declares them; the slow classes do.
  init(folder: String, usesTokenizerJSON: Bool) throws(TokenizationError) {
    self.folder = folder
    do {
      try read(usesTokenizerJSON: usesTokenizerJSON)
    } catch {
      throw TokenizationError(
        .invalidConfiguration, "the tokenizer's configuration cannot be used", cause: error)
    }
  }

  private mutating func read(usesTokenizerJSON: Bool) throws(DataFormatError) {
    var declaresAddedTokens = false
    if let configuration = try Self.node("tokenizer_config.json", in: folder) {
      tokenizerClass = try configuration.optional("tokenizer_class")?.string()
      addsBOS = try configuration.optional("add_bos_token")?.bool()
      addsEOS = try configuration.optional("add_eos_token")?.bool()
      isLegacy = try configuration.optional("legacy")?.bool()
      addsPrefixSpace = try configuration.optional("add_prefix_space")?.bool()
      cleansUpSpaces = try configuration.optional("clean_up_tokenization_spaces")?.bool()
      try readRoles(configuration)
      if let declared = try configuration.optional("added_tokens_decoder") {
        declaresAddedTokens = true
        for (key, node) in try declared.members() {
          guard let id = Int(key) else {
            throw node.mismatch("a token id as the key, found \"\(key)\", and")
          }
          try add(try AddedToken(node), id: id, at: node)
        }
      }
    }
    if !declaresAddedTokens { try readOlderFiles(usesTokenizerJSON: usesTokenizerJSON) }
    for (role, token) in roles {
      if let content = token?.content,
        let declared = addedTokens.values.first(where: { $0.content == content })
      {
        roles[role] = declared
      }
    }
  }

  private mutating func readOlderFiles(usesTokenizerJSON: Bool) throws(DataFormatError) {
    if let map = try Self.node("special_tokens_map.json", in: folder) { try readRoles(map) }
    if let added = try Self.node("added_tokens.json", in: folder) {
      let special = Set(
        roles.values.compactMap { $0?.content } + additionalSpecialTokens.map(\.content))
      for (content, node) in try added.members() {
        var token = AddedToken(content: content, isSpecial: special.contains(Array(content.utf8)))
        token.isNormalized = !token.isSpecial
        try add(token, id: try node.int(), at: node)
      }
    }
    guard usesTokenizerJSON, let file = try Self.node("tokenizer.json", in: folder) else { return }
    if let added = try file.optional("added_tokens") {
      for node in try added.list() {
        let id = try node["id"].int()
        addedTokens[id] = nil
        try add(try AddedToken(node), id: id, at: node)
      }
    }
  }

  private mutating func readRoles(_ node: JSONNode) throws(DataFormatError) {
    for role in Role.allCases {
      guard let value = node.value[role.rawValue] else { continue }
      roles[role] = value.isNull ? .some(nil) : try Self.specialToken(try node[role.rawValue])
    }
    guard let additional = try node.optional("additional_special_tokens") else { return }
    for item in try additional.list() {
      let token = try Self.specialToken(item)
      if !additionalSpecialTokens.contains(where: { $0.content == token.content }) {
        additionalSpecialTokens.append(token)
      }
    }
  }

  private static func specialToken(_ node: JSONNode) throws(DataFormatError) -> AddedToken {
    if case .string(let content) = node.value {
      return AddedToken(content: content, isSpecial: true)
    }
    var token = try AddedToken(node)
    token.isSpecial = true
    return token
  }

  private mutating func add(_ token: AddedToken, id: Int, at node: JSONNode) throws(DataFormatError)
  {
    guard (0..<Self.idLimit).contains(id) else {
      throw DataFormatError(
        .limitExceeded, "the token id \(id) is outside 0..<\(Self.idLimit)", at: node.location)
    }
    if let other = addedTokens[id], other.content != token.content {
      let names = [other, token].map { "\"\(String(decoding: $0.content, as: UTF8.self))\"" }
      throw DataFormatError(
        .wrongType, "the token id \(id) is given to both \(names[0]) and \(names[1])",
        at: node.location)
    }
    addedTokens[id] = token
  }

  /// The parsed file, nil where the folder has none.
  static func node(_ name: String, in folder: String) throws(DataFormatError) -> JSONNode? {
    let path = folder + "/" + name
    return FileManager.default.fileExists(atPath: path) ? try JSONNode(contentsOf: path) : nil
  }
}
