import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// What a folder can have wrong: always one sentence, never a crash.
struct TokenizerLoaderTests {
  private func complaint(_ folder: String) -> String {
    do {
      _ = try TokenizerLoader.load(folder: folder)
      return "loaded"
    } catch {
      return render(error)
    }
  }

  private func copy(_ name: String) throws -> TemporaryFolder {
    let scratch = try TemporaryFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: fixtures + "/" + name) {
      try FileManager.default.copyItem(
        atPath: fixtures + "/\(name)/\(file)", toPath: scratch.path + "/" + file)
    }
    return scratch
  }

  @Test func aMissingTokenizerIsOneSentence() throws {
    let scratch = try TemporaryFolder()
    #expect(
      complaint(scratch.path)
        == "\(scratch.path): no tokenizer here: expected tokenizer.model, tokenizer.json, "
        + "or vocab.json with merges.txt; copy them from the original checkpoint")
  }

  @Test func everyTruncationOfAModelIsRefused() throws {
    let scratch = try copy("vicuna_base_fp32")
    let model = try readFile(scratch.path + "/tokenizer.model")
    // The last bytes hold optional settings; without the byte_fallback flag or a whole field the
    // model is broken.
    for count in stride(from: 0, to: model.count - 400, by: 97) {
      try scratch.write(Array(model.prefix(count)), to: "tokenizer.model")
      #expect(
        complaint(scratch.path).contains(
          "tokenizer.model: this is not a usable SentencePiece model"), "\(count)")
    }
  }

  @Test func flippedBytesOfAModelNeverCrash() throws {
    let scratch = try copy("vicuna_base_fp32")
    let model = try readFile(scratch.path + "/tokenizer.model")
    var generator = SplitMix(state: 7)
    for _ in 0..<300 {
      var broken = model
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        broken[Int.random(in: 0..<model.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      try scratch.write(broken, to: "tokenizer.model")
      guard let tokenizer = try? TokenizerLoader.load(folder: scratch.path) else { continue }
      // What loads must still work.
      let ids = try tokenizer.encode("The 12 cats </s> <unk>\n日本")
      _ = try tokenizer.decode(ids, skippingSpecialTokens: false)
    }
  }

  @Test func randomBytesAreRefused() throws {
    let scratch = try TemporaryFolder()
    var generator = SplitMix(state: 3)
    for count in [1, 16, 1000, 50_000] {
      try scratch.write(
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }, to: "tokenizer.model"
      )
      #expect(complaint(scratch.path).contains("tokenizer.model"))
    }
  }

  @Test func aRepeatedPieceIsNamed() throws {
    let scratch = try copy("vicuna_base_fp32")
    let piece: [UInt8] = [0x0A, 0x0C, 0x0A, 0x05] + Array("<unk>".utf8) + [0x15, 0, 0, 0, 0]
    try scratch.write(
      try readFile(scratch.path + "/tokenizer.model") + piece, to: "tokenizer.model")
    #expect(complaint(scratch.path).contains("piece 900 repeats \"<unk>\""))
  }

  @Test func aUnigramModelIsRefusedByName() throws {
    let scratch = try copy("vicuna_base_fp32")
    // trainer_spec { model_type: UNIGRAM } merges into the earlier message.
    try scratch.write(
      try readFile(scratch.path + "/tokenizer.model") + [0x12, 0x02, 0x18, 0x01],
      to: "tokenizer.model")
    #expect(complaint(scratch.path).contains("uses the algorithm unigram; supported: BPE"))
  }

  @Test func aNormalisationMapThatPointsOutsideItselfIsRefused() throws {
    let scratch = try copy("vicuna_base_fp32")
    // normalizer_spec { precompiled_charsmap: length 4, one unit with a far offset, one NUL }
    let map: [UInt8] = [4, 0, 0, 0, 0x00, 0xFF, 0xFF, 0x7F, 0]
    let field: [UInt8] = [0x1A, UInt8(map.count + 2), 0x12, UInt8(map.count)] + map
    try scratch.write(
      try readFile(scratch.path + "/tokenizer.model") + field, to: "tokenizer.model")
    #expect(complaint(scratch.path).contains("its normalisation map points outside itself"))
  }

  @Test(
    "a broken tokenizer_config.json is located",
    arguments: [
      ("{\"legacy\": fals}", "line 1, column 12"),
      ("{\"legacy\": 3}", "legacy: expected a boolean, found an integer"),
      ("[]", "expected an object"), ("{\"bos_token\": [1]}", "bos_token"),
      ("{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}}", "found \"x\""),
      ("{\"added_tokens_decoder\": {\"-5\": {\"content\": \"a\"}}}", "the token id -5 is outside"),
      (
        "{\"added_tokens_decoder\": {\"99999999999\": {\"content\": \"a\"}}}",
        "the token id 99999999999 is outside"
      ),
      (
        """
        {\"added_tokens_decoder\": {\"900\": {\"content\": \"a\"}, \"0900\": {\"content\": \
        \"b\"}}}
        """,
        "the token id 900 is given to both \"a\" and \"b\""
      ),
      (
        "{\"added_tokens_decoder\": {\"900\": {\"content\": \"\"}}}",
        "added_tokens_decoder.900.content"
      ),
      (
        "{\"added_tokens_decoder\": {\"900\": {\"content\": \"a\", \"single_word\": true}}}",
        "single_word"
      ),
    ])
  func brokenConfiguration(_ text: String, _ expected: String) throws {
    let scratch = try copy("vicuna_base_fp32")
    try scratch.write(text, to: "tokenizer_config.json")
    #expect(complaint(scratch.path).contains(expected), "\(complaint(scratch.path))")
    #expect(complaint(scratch.path).contains(scratch.path + "/tokenizer_config.json"))
  }

  @Test func anUnknownClassIsRefusedWithWhatIsSupported() throws {
    let scratch = try copy("vicuna_base_fp32")
    try scratch.write("{\"tokenizer_class\": \"T5Tokenizer\"}", to: "tokenizer_config.json")
    #expect(complaint(scratch.path).contains("T5Tokenizer"))
    #expect(complaint(scratch.path).contains("supported: LlamaTokenizer, InternLM2Tokenizer"))
  }

  /// A change of one place of a Llama-3 tokenizer.json and the words that the refusal must contain.
  static let unsupported: [(path: [String], value: JSONValue, expected: String)] = [
    (["model", "type"], "WordPiece", "found WordPiece"),
    (["model", "byte_fallback"], true, "tokenizer.model"),
    (["model", "dropout"], 0.1, "found dropout"),
    (["model", "end_of_word_suffix"], "</w>", "found end_of_word_suffix"),
    (["normalizer"], ["type": "Lowercase"], "found Lowercase"),
    (["pre_tokenizer"], nil, "found no pre-tokenizer"),
    (["pre_tokenizer"], ["type": "Metaspace"], "found Metaspace"),
    (["post_processor"], ["type": "BertProcessing"], "found BertProcessing"),
    (["decoder"], ["type": "Metaspace"], "found Metaspace"),
  ]

  @Test(
    "a tokenizer.json of another kind is refused with what is supported",
    arguments: unsupported.indices)
  func unsupportedKind(_ index: Int) throws {
    let (path, value, expected) = Self.unsupported[index]
    let scratch = try copy("llama3_proxyv_bf16")
    var root = try #require(
      try JSONNode(contentsOf: scratch.path + "/tokenizer.json").value.objectValue)
    if path.count == 1 {
      root[path[0]] = value
    } else {
      var inner = try #require(root[path[0]]?.objectValue)
      inner[path[1]] = value
      root[path[0]] = .object(inner)
    }
    try scratch.write(JSONValue.object(root).text(), to: "tokenizer.json")
    let message = complaint(scratch.path)
    #expect(
      message.contains(expected) && message.contains("supported: byte-level BPE"), "\(message)")
  }

  /// Small byte-level files that contradict themselves.
  static let contradictory: [(vocabulary: String, merges: String, expected: String)] = [
    ("{\"a\": 0, \"b\": 0}", "", "the token id 0 is given to both \"a\" and \"b\""),
    ("{\"a\": -1}", "", "the token id -1 is outside"),
    ("{\"a\": 4611686018427387904}", "", "is outside"),
    ("{\"a\": \"b\"}", "", "a: expected an integer, found a string"),
    ("{}", "", "expected tokens with their ids"),
    ("{\"a\": 0, \"b\": 1}", "a b\n", "needs both and their union in the vocabulary"),
    ("{\"a\": 0, \"b\": 1, \"ab\": 2}", "#version: 0.2\na b c\n", "a merge needs two tokens"),
    ("{\"a\": 0", "", "line 1"),
  ]

  @Test("contradictions in vocab.json and merges.txt are located", arguments: contradictory.indices)
  func contradictoryFiles(_ index: Int) throws {
    let (vocabulary, merges, expected) = Self.contradictory[index]
    let scratch = try TemporaryFolder()
    try scratch.write(vocabulary, to: "vocab.json")
    try scratch.write(merges, to: "merges.txt")
    #expect(complaint(scratch.path).contains(expected), "\(complaint(scratch.path))")
  }

  @Test func truncatedTokenizerJSONIsLocated() throws {
    let scratch = try copy("llama3_proxyv_bf16")
    let file = try readFile(scratch.path + "/tokenizer.json")
    for count in [0, 1, 100, file.count / 2, file.count - 2] {
      try scratch.write(Array(file.prefix(count)), to: "tokenizer.json")
      let expected = count == 0 ? "tokenizer.json: the file is empty" : "tokenizer.json: line"
      #expect(complaint(scratch.path).contains(expected), "\(count)")
    }
  }

  @Test func anAddedTokenThatContradictsTheVocabularyIsRefused() throws {
    let scratch = try copy("llama3_proxyv_bf16")
    var root = try #require(
      try JSONNode(contentsOf: scratch.path + "/tokenizer.json").value.objectValue)
    root["added_tokens"] = [["id": 3, "content": "<|x|>"]]
    try scratch.write(JSONValue.object(root).text(), to: "tokenizer.json")
    #expect(
      complaint(scratch.path).contains("the token id 3 of \"<|x|>\" contradicts another token"))
  }
}

/// A small reproducible generator.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
