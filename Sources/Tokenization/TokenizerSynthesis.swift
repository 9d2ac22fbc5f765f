import DataFormats
import Diagnostics
import Foundation

/// Writes complete, valid tokenizers of any size without any download, for checkpoints with random
/// weights.
///
/// Their vocabulary is made up (common English words, then letter sequences); their files have the
/// shape of the real ones, so that every rule of the family's tokenizer is exercised.
public enum TokenizerSynthesis {
  public enum Family: String, CaseIterable, Sendable {
    case vicuna
    case phi3
    case internLM2 = "internlm2"
    case llama3
    case qwen2
  }

  /// What config.json and generation_config.json must say about a written tokenizer.
  public struct Summary: Sendable, Hashable {
    /// `len(tokenizer)`.
    public var count: Int
    public var bosID: Int?
    /// The ids that end an answer.
    public var stopIDs: [Int]
    public var padID: Int?
  }

  struct File {
    var name: String
    var bytes: [UInt8]
  }

  /// The fewest tokens with which a family's tokenizer can spell every text.
  public static func minimumCount(_ family: Family) -> Int {
    bareCount(family) + addedTokens(family).count
  }

  /// Writes a tokenizer into an existing folder.
  ///
  /// - Parameters:
  ///   - count: the number of tokens, the added ones included.
  /// - Throws: ``TokenizationError`` `invalid-size` where the count is too small or implausibly
  ///   large, `unreadable-file` where a file cannot be written.
  @discardableResult
  public static func write(
    _ family: Family, count: Int, to folder: String
  ) throws(TokenizationError) -> Summary {
    let minimum = minimumCount(family)
    guard count >= minimum, count < TokenizerConfiguration.idLimit else {
      throw TokenizationError(
        .invalidSize,
        """
        a \(family.rawValue) tokenizer cannot have \(count) tokens; possible: \(minimum) to \
        \(TokenizerConfiguration.idLimit - 1)
        """
      )
    }
    for file in files(family, count: count) {
      let path = folder + "/" + file.name
      do {
        try Data(file.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw TokenizationError(
          .unreadableFile,
          "the tokenizer cannot be written; check that the folder exists, is writable and not full",
          at: Location(file: path))
      }
    }
    return summary(family, count: count)
  }

  private static func files(_ family: Family, count: Int) -> [File] {
    let added = addedTokens(family)
    let first = count - added.count
    switch family {
    case .vicuna, .phi3, .internLM2:
      var files = [
        File(
          name: "tokenizer.model",
          bytes: SentencePieceModel.serialized(sentencePieces(count: first))),
        json(
          "tokenizer_config.json", sentencePieceConfiguration(family, added: added, first: first)),
      ]
      if family == .phi3 {
        files.append(
          json(
            "added_tokens.json",
            .object(
              .init(
                uniqueKeysWithValues: added.enumerated().map {
                  (String(decoding: $1.content, as: UTF8.self), JSONValue.integer(first + $0))
                }))))
      }
      return files
    case .llama3, .qwen2: return byteLevelFiles(family, added: added, first: first)
    }
  }

  /// Without added tokens.
  private static func bareCount(_ family: Family) -> Int {
    switch family {
    case .vicuna, .phi3, .internLM2: 3 + 256 + characters.count
    case .llama3, .qwen2: 256
    }
  }

  private static func addedTokens(_ family: Family) -> [AddedToken] {
    let names: [String]
    switch family {
    case .vicuna: names = []
    case .phi3:
      names = [
        "<|endoftext|>", "<|assistant|>", "<|placeholder1|>", "<|placeholder2|>",
        "<|placeholder3|>", "<|placeholder4|>",
        "<|system|>", "<|end|>", "<|placeholder5|>", "<|placeholder6|>", "<|user|>",
      ]
    case .internLM2:
      names = [
        "<|im_end|>", "<|im_start|>", "<|action_start|>", "<|action_end|>", "<|interpreter|>",
        "<|plugin|>",
      ]
    case .llama3:
      names = [
        "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
        "<|eot_id|>",
      ]
    case .qwen2: names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    }
    return names.map { name in
      var token = AddedToken(content: name, isSpecial: true)
      token.stripsRight = family == .phi3 && name != "<|endoftext|>"
      return token
    }
  }

  private static func summary(_ family: Family, count: Int) -> Summary {
    let first = count - addedTokens(family).count
    switch family {
    case .vicuna: return Summary(count: count, bosID: 1, stopIDs: [2], padID: 0)
    case .phi3:
      return Summary(count: count, bosID: 1, stopIDs: [first, first + 1, first + 7], padID: first)
    case .internLM2: return Summary(count: count, bosID: 1, stopIDs: [2, first], padID: 2)
    case .llama3:
      return Summary(count: count, bosID: first, stopIDs: [first + 1, first + 4], padID: nil)
    case .qwen2:
      return Summary(count: count, bosID: nil, stopIDs: [first + 2, first], padID: first)
    }
  }

  static func json(_ name: String, _ value: JSONValue) -> File {
    File(name: name, bytes: Array(value.text(indented: true).utf8))
  }

  /// An added token as the files declare it.
  static func declaration(_ token: AddedToken) -> JSONValue {
    [
      "content": .string(String(decoding: token.content, as: UTF8.self)),
      "lstrip": .bool(token.stripsLeft),
      "normalized": .bool(token.isNormalized), "rstrip": .bool(token.stripsRight),
      "single_word": false,
      "special": .bool(token.isSpecial),
    ]
  }

  static func declarations(_ tokens: [(id: Int, token: AddedToken)]) -> JSONValue {
    .object(.init(uniqueKeysWithValues: tokens.map { (String($0.id), declaration($0.token)) }))
  }
}
