import DataFormats

extension TokenizerSynthesis {
  /// tokenizer.json and tokenizer_config.json; for Qwen2 also the slow class's vocab.json and
  /// merges.txt.
  static func byteLevelFiles(_ family: Family, added: [AddedToken], first: Int) -> [File] {
    // Printable bytes first, as in the real files; then the numbered ones.
    let bytes = ByteAlphabet.scalars.sorted().map { String($0) }
    let merges = SynthesizedMerges.first(
      first - bytes.count, spaceMark: "Ġ", joinsDigits: family == .llama3)
    let tokens = bytes + merges.map(\.piece)
    let vocabulary = JSONValue.object(
      .init(uniqueKeysWithValues: tokens.enumerated().map { ($1, .integer($0)) }))
    let declared = added.enumerated().map { (id: first + $0, token: $1) }

    var files = [
      json(
        "tokenizer.json",
        tokenizerJSON(family, vocabulary: vocabulary, merges: merges, declared: declared)),
      json(
        "tokenizer_config.json",
        family == .llama3 ? llama3Configuration(declared) : qwen2Configuration(declared)),
    ]
    if family == .qwen2 {
      files.append(json("vocab.json", vocabulary))
      let lines = ["#version: 0.2"] + merges.map { "\($0.left) \($0.right)" }
      files.append(
        File(name: "merges.txt", bytes: Array((lines.joined(separator: "\n") + "\n").utf8)))
    }
    return files
  }

  private static func tokenizerJSON(
    _ family: Family, vocabulary: JSONValue, merges: [SynthesizedMerges.Merge],
    declared: [(id: Int, token: AddedToken)]
  ) -> JSONValue {
    let isLlama3 = family == .llama3
    let pattern = ByteLevelPreTokenizer.pattern(isLlama3 ? #"\p{N}{1,3}"# : #"\p{N}"#)
    let byteLevel: JSONValue = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    return [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": .array(
        declared.map { entry in
          guard case .object(var members) = declaration(entry.token) else { return nil }
          members["id"] = .integer(entry.id)
          return .object(members)
        }),
      "normalizer": isLlama3 ? nil : ["type": "NFC"],
      "pre_tokenizer": [
        "type": "Sequence",
        "pretokenizers": [
          [
            "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated",
            "invert": false,
          ], byteLevel,
        ],
      ],
      "post_processor": isLlama3
        ? ["type": "Sequence", "processors": [byteLevel, bosTemplate(declared[0])]] : byteLevel,
      "decoder": byteLevel,
      "model": [
        "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
        "end_of_word_suffix": nil,
        "fuse_unk": false, "byte_fallback": false, "ignore_merges": .bool(isLlama3),
        "vocab": vocabulary,
        "merges": .array(merges.map { .string("\($0.left) \($0.right)") }),
      ],
    ]
  }

  private static func bosTemplate(_ bos: (id: Int, token: AddedToken)) -> JSONValue {
    let name = JSONValue.string(String(decoding: bos.token.content, as: UTF8.self))
    let special: JSONValue = ["SpecialToken": ["id": name, "type_id": 0]]
    func sequence(_ id: JSONValue, _ type: JSONValue) -> JSONValue {
      ["Sequence": ["id": id, "type_id": type]]
    }
    return [
      "type": "TemplateProcessing", "single": [special, sequence("A", 0)],
      "pair": [
        special, sequence("A", 0), ["SpecialToken": ["id": name, "type_id": 1]], sequence("B", 1),
      ],
      "special_tokens": .object([
        name.stringValue ?? "": ["id": name, "ids": [.integer(bos.id)], "tokens": [name]]
      ]),
    ]
  }

  private static func llama3Configuration(_ declared: [(id: Int, token: AddedToken)]) -> JSONValue {
    [
      "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>",
      "eos_token": "<|eot_id|>",
      "clean_up_tokenization_spaces": true, "model_max_length": 8192,
      "model_input_names": ["input_ids", "attention_mask"],
      "chat_template": .string(
        """
        {% for message in messages %}{% if loop.first %}{{ bos_token }}{% endif %}{{ \
        '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] \
        | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ \
        '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}
        """),
      "added_tokens_decoder": declarations(declared),
    ]
  }

  private static func qwen2Configuration(_ declared: [(id: Int, token: AddedToken)]) -> JSONValue {
    [
      "tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": false, "bos_token": nil,
      "eos_token": "<|im_end|>",
      "pad_token": "<|endoftext|>", "unk_token": nil, "errors": "replace",
      "clean_up_tokenization_spaces": false,
      "split_special_tokens": false, "model_max_length": 32768,
      "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
      "added_tokens_decoder": declarations(declared),
    ]
  }
}
