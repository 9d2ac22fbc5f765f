public import Checkpoints
import DataFormats
import Diagnostics
import Foundation
import OrderedCollections
import Tokenization

extension Synthesis {
  /// Writes a checkpoint with everything that a run needs: weights, configurations, and a made-up
  /// tokenizer of the family.
  ///
  /// - Parameters:
  ///   - folder: must not exist; its parent must.
  ///   - progress: bytes written, and bytes in all.
  /// - Throws: what ``write(to:writeTokenizer:progress:)`` throws.
  public func writeComplete(
    to folder: String, progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    try write(
      to: folder,
      writeTokenizer: { folder, conversation, configuration in
        let family = TokenizerSynthesis.Family(conversation)
        let isHuggingFace = naming == .huggingFace
        let size = isHuggingFace ? textVocabularySize : configuration.vocabularySize
        let count = min(size, family.publishedCount ?? .max)
        let summary = try TokenizerSynthesis.write(family, count: count, to: folder)
        if isHuggingFace { try self.addTokens(to: folder + "/tokenizer_config.json") }
        try Self.writeGeneration(summary, to: folder)
      }, progress: progress)
  }

  private func addTokens(to path: String) throws {
    let json = huggingFaceTokenizer(try JSONNode(contentsOf: path).value)
    do {
      try Data(json.text(indented: true).utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw CheckpointError(
        .unwritableFile, "cannot be written; check that the disk is not full", file: path)
    }
  }

  /// The stop ids of the written tokenizer instead of the published one's, whose special tokens
  /// have other ids.
  private static func writeGeneration(
    _ tokenizer: TokenizerSynthesis.Summary, to folder: String
  ) throws {
    var keys: OrderedDictionary<String, JSONValue> = [
      "eos_token_id": .array(tokenizer.stopIDs.map { .integer($0) })
    ]
    if let bos = tokenizer.bosID { keys["bos_token_id"] = .integer(bos) }
    if let pad = tokenizer.padID { keys["pad_token_id"] = .integer(pad) }
    keys.sort { $0.key < $1.key }
    let path = folder + "/generation_config.json"
    do {
      try Data(JSONValue.object(keys).text(indented: true).utf8).write(
        to: URL(fileURLWithPath: path))
    } catch {
      throw CheckpointError(
        .unwritableFile, "cannot be written; check that the disk is not full", file: path)
    }
  }
}

extension TokenizerSynthesis.Family {
  init(_ conversation: ConversationFamily) {
    switch conversation {
    case .vicuna, .mistral: self = .vicuna
    case .llama3: self = .llama3
    case .qwen: self = .qwen2
    case .phi3: self = .phi3
    case .internlm2: self = .internLM2
    }
  }

  /// `len(tokenizer)` of the published tokenizer where the embedding has more rows than that.
  fileprivate var publishedCount: Int? {
    switch self {
    case .phi3: 32_011
    case .qwen2: 151_646
    case .vicuna, .internLM2, .llama3: nil
    }
  }
}
