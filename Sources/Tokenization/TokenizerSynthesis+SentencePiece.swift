import DataFormats

extension TokenizerSynthesis {
  /// What a text is spelled with before any merge: the space and printable ASCII; the rest falls
  /// back to bytes.
  static let characters: [String] = ["▁"] + (0x21...0x7E).map { String(Unicode.Scalar(UInt8($0))) }

  /// Llama's order: special pieces, bytes, merges by falling score, characters with the lowest
  /// scores.
  static func sentencePieces(count: Int) -> [SentencePieceModel.Piece] {
    var pieces = [
      ("<unk>", SentencePieceModel.Kind.unknown), ("<s>", .control), ("</s>", .control),
    ].map {
      SentencePieceModel.Piece(text: Array($0.0.utf8), score: 0, kind: $0.1)
    }
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      let name = "<0x" + (digits.count == 1 ? "0" : "") + digits + ">"
      pieces.append(SentencePieceModel.Piece(text: Array(name.utf8), score: 0, kind: .byte))
    }
    let merges = SynthesizedMerges.first(
      count - pieces.count - characters.count, spaceMark: "▁", joinsDigits: true)
    for (rank, text) in (merges.map(\.piece) + characters).enumerated() {
      pieces.append(
        SentencePieceModel.Piece(text: Array(text.utf8), score: -Float(rank), kind: .normal))
    }
    return pieces
  }

  static func sentencePieceConfiguration(
    _ family: Family, added: [AddedToken], first: Int
  ) -> JSONValue {
    let own = ["<unk>", "<s>", "</s>"].map { AddedToken(content: $0, isSpecial: true) }
    let declared = (own + added).enumerated().map { (id: $0 < 3 ? $0 : first + $0 - 3, token: $1) }
    switch family {
    case .internLM2:
      return [
        "tokenizer_class": "InternLM2Tokenizer", "add_bos_token": true, "add_eos_token": false,
        "decode_with_prefix_space": false, "clean_up_tokenization_spaces": false,
        "unk_token": "<unk>", "bos_token": "<s>",
        "eos_token": "</s>", "pad_token": "</s>", "model_max_length": 4096,
        "additional_special_tokens": .array(
          added.map { .string(String(decoding: $0.content, as: UTF8.self)) }),
        "added_tokens_decoder": declarations(declared),
      ]
    case .phi3:
      var phi3 = declared
      phi3[2].token.isSpecial = false
      phi3[2].token.stripsRight = true
      return [
        "tokenizer_class": "LlamaTokenizer", "add_bos_token": true, "add_eos_token": false,
        "clean_up_tokenization_spaces": false, "unk_token": "<unk>", "bos_token": "<s>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>", "legacy": false, "model_max_length": 4096,
        "padding_side": "left",
        "sp_model_kwargs": .object([:]), "added_tokens_decoder": declarations(phi3),
      ]
    case .vicuna, .llama3, .qwen2:
      func role(_ content: String) -> JSONValue {
        [
          "__type": "AddedToken", "content": .string(content), "lstrip": false, "normalized": false,
          "rstrip": false,
          "single_word": false,
        ]
      }
      return [
        "tokenizer_class": "LlamaTokenizer", "add_bos_token": true, "add_eos_token": false,
        "clean_up_tokenization_spaces": false, "unk_token": role("<unk>"), "bos_token": role("<s>"),
        "eos_token": role("</s>"), "pad_token": nil, "legacy": false, "model_max_length": 4096,
        "padding_side": "right",
        "sp_model_kwargs": .object([:]),
      ]
    }
  }
}
