import DataFormats
import Diagnostics

/// A `tokenizer.json` of the kinds that are supported: byte-level BPE as Llama-3 and Qwen2 write
/// it.
struct TokenizerJSON: Sendable {
  var encoder: BytePairEncoder
  var preTokenizer: ByteLevelPreTokenizer
  /// Texts are brought to NFC before they are split.
  var isNFC = false
  var addedTokens: [Int: AddedToken] = [:]
  /// What the post-processor puts around every text.
  var prefix: [Int] = []
  var suffix: [Int] = []

  static let supported =
    """
    supported: byte-level BPE with the pre-tokenizer of Llama-3 or Qwen2, the normalizer NFC or \
    none, the post-processors ByteLevel and TemplateProcessing, and the decoder ByteLevel
    """

  /// - Throws: ``TokenizationError`` `unsupported-tokenizer` for another kind,
  ///   `invalid-configuration` for a broken file.
  init(contentsOf path: String) throws(TokenizationError) {
    do {
      try self.init(try JSONNode(contentsOf: path))
    } catch {
      let isUnsupported = error.code == .unsupportedFeature
      throw TokenizationError(
        isUnsupported ? .unsupportedTokenizer : .invalidConfiguration,
        isUnsupported ? "this kind of tokenizer is not supported" : "the tokenizer cannot be used",
        cause: error)
    }
  }

  private init(_ root: JSONNode) throws(DataFormatError) {
    let model = try root["model"]
    try Self.requireByteLevelBPE(model)
    preTokenizer = try Self.preTokenizer(try root["pre_tokenizer"])
    if let decoder = try root.optional("decoder") { try Self.require("ByteLevel", decoder) }
    let vocabulary = try ByteLevelVocabulary.vocabulary(try model["vocab"])
    encoder = BytePairEncoder(
      vocabulary: vocabulary,
      merges: try ByteLevelVocabulary.merges(try model["merges"], vocabulary: vocabulary),
      ignoresMerges: try model.optional("ignore_merges")?.bool() ?? false)
    if let normalizer = try root.optional("normalizer") { isNFC = try Self.isNFC(normalizer) }
    try readAddedTokens(root)
    if let processor = try root.optional("post_processor") { try readPostProcessor(processor) }
  }

  private static func kind(_ node: JSONNode) throws(DataFormatError) -> String {
    try node["type"].string()
  }

  private static func unsupported(_ found: String, at node: JSONNode) -> DataFormatError {
    DataFormatError(.unsupportedFeature, "\(found); \(supported)", at: node.location)
  }

  private static func require(_ expected: String, _ node: JSONNode) throws(DataFormatError) {
    guard try kind(node) == expected else { throw unsupported("found \(try kind(node))", at: node) }
  }

  private static func requireByteLevelBPE(_ model: JSONNode) throws(DataFormatError) {
    // Old files name no type; only BPE has merges.
    let type =
      try model.optional("type")?.string()
      ?? (model.value["merges"] == nil ? "a model without a type" : "BPE")
    guard type == "BPE" else { throw unsupported("found \(type)", at: model) }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = try model.optional(key), try !text.string().isEmpty {
        throw unsupported("found \(key)", at: text)
      }
    }
    if let dropout = try model.optional("dropout"), try dropout.double() != 0 {
      throw unsupported("found dropout", at: dropout)
    }
    if let fallback = try model.optional("byte_fallback"), try fallback.bool() {
      throw unsupported(
        "found byte_fallback, which belongs to SentencePiece models; use their tokenizer.model",
        at: fallback)
    }
  }

  private static func preTokenizer(
    _ node: JSONNode
  ) throws(DataFormatError) -> ByteLevelPreTokenizer {
    guard case .object = node.value else { throw unsupported("found no pre-tokenizer", at: node) }
    try require("Sequence", node)
    let steps = try node["pretokenizers"].list()
    guard steps.count == 2 else { throw unsupported("found \(steps.count) steps", at: node) }
    try require("Split", steps[0])
    try require("ByteLevel", steps[1])
    let pattern = try steps[0]["pattern"]
    guard let text = pattern.value["Regex"]?.stringValue,
      let known = ByteLevelPreTokenizer.byPattern[text]
    else {
      throw unsupported("found an unknown pattern", at: pattern)
    }
    if try steps[0]["behavior"].string() != "Isolated" {
      throw unsupported("found another behavior", at: steps[0])
    }
    if try steps[0].optional("invert")?.bool() ?? false {
      throw unsupported("found an inverted pattern", at: steps[0])
    }
    // Absent means true for both in the library that writes these files.
    for key in ["add_prefix_space", "use_regex"] where try steps[1].optional(key)?.bool() ?? true {
      throw unsupported("found \(key)", at: steps[1])
    }
    return known
  }

  private static func isNFC(_ node: JSONNode) throws(DataFormatError) -> Bool {
    if try kind(node) == "Sequence" {
      var isNFC = false
      for step in try node["normalizers"].list() { isNFC = try Self.isNFC(step) || isNFC }
      return isNFC
    }
    try require("NFC", node)
    return true
  }

  private mutating func readAddedTokens(_ root: JSONNode) throws(DataFormatError) {
    var contents: [[UInt8]: Int] = [:]
    let vocabularyIDs = Set(encoder.vocabulary.values)
    for node in try root.optional("added_tokens")?.list() ?? [] {
      let token = try AddedToken(node)
      let id = try node["id"].int()
      let name = String(decoding: token.content, as: UTF8.self)
      guard (0..<TokenizerConfiguration.idLimit).contains(id) else {
        throw DataFormatError(
          .limitExceeded, "the token id \(id) is outside 0..<\(TokenizerConfiguration.idLimit)",
          at: node.location)
      }
      let known = encoder.vocabulary[token.content]
      guard known ?? id == id, known != nil || !vocabularyIDs.contains(id), addedTokens[id] == nil,
        contents[token.content] == nil
      else {
        throw DataFormatError(
          .wrongType, "the token id \(id) of \"\(name)\" contradicts another token",
          at: node.location)
      }
      addedTokens[id] = token
      contents[token.content] = id
    }
  }

  private mutating func readPostProcessor(_ node: JSONNode) throws(DataFormatError) {
    switch try Self.kind(node) {
    case "ByteLevel": break
    case "Sequence": for step in try node["processors"].list() { try readPostProcessor(step) }
    case "TemplateProcessing": try readTemplate(node)
    case let other: throw Self.unsupported("found \(other)", at: node)
    }
  }

  private mutating func readTemplate(_ node: JSONNode) throws(DataFormatError) {
    var before: [Int] = []
    var after: [Int] = []
    var hasText = false
    for item in try node["single"].list() {
      if let sequence = try item.optional("Sequence") {
        guard try sequence["id"].string() == "A", !hasText else {
          throw sequence.mismatch("the sequence A once")
        }
        hasText = true
        continue
      }
      let name = try item["SpecialToken"]["id"].string()
      for id in try node["special_tokens"][name]["ids"].list() {
        let id = try id.int()
        if hasText { after.append(id) } else { before.append(id) }
      }
    }
    guard hasText else { throw try node["single"].mismatch("a template with the sequence A") }
    prefix = before + prefix
    suffix += after
  }
}
