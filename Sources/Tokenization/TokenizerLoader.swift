import DataFormats
import Diagnostics
import Foundation

/// Finds and opens the tokenizer of a checkpoint folder.
public enum TokenizerLoader {
  /// The tokenizer that the official loader (`AutoTokenizer`, `use_fast=False`) would make of the
  /// folder.
  ///
  /// - Throws: ``TokenizationError``: no tokenizer, one of a kind that is not supported, or a
  ///   broken file.
  public static func load(folder: String) throws(TokenizationError) -> any Tokenizer {
    let hasSlowFiles = exists("vocab.json", in: folder) && exists("merges.txt", in: folder)
    let isSentencePiece = exists("tokenizer.model", in: folder)
    let configuration = try TokenizerConfiguration(
      folder: folder, usesTokenizerJSON: isSentencePiece || hasSlowFiles)
    if isSentencePiece { return try sentencePiece(configuration) }
    let hasJSON = exists("tokenizer.json", in: folder)
    if hasSlowFiles, configuration.tokenizerClass == "Qwen2Tokenizer" || !hasJSON {
      return try slowByteLevel(configuration)
    }
    if hasJSON { return try fastByteLevel(configuration) }
    throw TokenizationError(
      .missingTokenizer,
      """
      no tokenizer here: expected tokenizer.model, tokenizer.json, or vocab.json with \
      merges.txt; copy them from the original checkpoint
      """,
      at: Location(file: folder))
  }

  private static func sentencePiece(
    _ configuration: TokenizerConfiguration
  ) throws(TokenizationError) -> any Tokenizer {
    let path = configuration.folder + "/tokenizer.model"
    if let bytes = try? readFile(path), LargeFilePointer.isPointer(bytes) {
      throw TokenizationError(
        .invalidModel, LargeFilePointer.message, at: Location(file: path))
    }
    let model = try SentencePieceModel(contentsOf: path)
    let style: SentencePieceTokenizer.Style
    switch configuration.tokenizerClass {
    // transformers 5 writes TokenizersBackend for every class: the model file says what it is.
    case "LlamaTokenizer", "LlamaTokenizerFast", "TokenizersBackend", nil:
      style = configuration.isLegacy ?? true ? .llamaLegacy : .llama
    case "InternLM2Tokenizer", "InternLM2TokenizerFast": style = .internLM2
    case .some(let name):
      throw TokenizationError(
        .unsupportedTokenizer,
        """
        the tokenizer class \(name) with a tokenizer.model is not supported; supported: \
        LlamaTokenizer, InternLM2Tokenizer
        """,
        at: Location(
          file: configuration.folder + "/tokenizer_config.json", place: "tokenizer_class"))
    }
    return try SentencePieceTokenizer(model, configuration: configuration, style: style)
  }

  private static func fastByteLevel(
    _ configuration: TokenizerConfiguration
  ) throws(TokenizationError) -> any Tokenizer {
    let file = try TokenizerJSON(contentsOf: configuration.folder + "/tokenizer.json")
    let isQwen2 = configuration.tokenizerClass?.hasPrefix("Qwen2Tokenizer") ?? false
    return ByteLevelBPETokenizer(
      file, configuration: configuration,
      defaults: isQwen2 ? ByteLevelBPETokenizer.qwen2Defaults : [:])
  }

  private static func slowByteLevel(
    _ configuration: TokenizerConfiguration
  ) throws(TokenizationError) -> any Tokenizer {
    guard configuration.tokenizerClass?.hasPrefix("Qwen2Tokenizer") ?? true else {
      throw TokenizationError(
        .unsupportedTokenizer,
        """
        the tokenizer class \(configuration.tokenizerClass ?? "") with vocab.json and \
        merges.txt is not supported; supported: Qwen2Tokenizer, or a tokenizer.json of Llama-3 \
        or Qwen2
        """,
        at: Location(
          file: configuration.folder + "/tokenizer_config.json", place: "tokenizer_class"))
    }
    do {
      let vocabulary = try ByteLevelVocabulary.vocabulary(
        try JSONNode(contentsOf: configuration.folder + "/vocab.json"))
      let merges = try ByteLevelVocabulary.merges(
        contentsOf: configuration.folder + "/merges.txt", vocabulary: vocabulary)
      let encoder = BytePairEncoder(vocabulary: vocabulary, merges: merges, ignoresMerges: false)
      return ByteLevelBPETokenizer(qwen2: encoder, configuration: configuration)
    } catch {
      throw TokenizationError(.invalidConfiguration, "the tokenizer cannot be used", cause: error)
    }
  }

  private static func exists(_ name: String, in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/" + name)
  }
}
