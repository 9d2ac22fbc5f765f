import DataFormats
import Testing
import Tokenization

/// Every string of every golden file: what the official classes make of it.
struct GoldenTokenizerTests {
  @Test("encodes every golden string to the official ids", arguments: GoldenTokenizer.all)
  func encodes(_ golden: GoldenTokenizer) throws {
    let tokenizer = try golden.load()
    let strings = try golden.expected()["strings"].list()
    #expect(strings.count >= 200)
    for string in strings {
      let text = try string["text"].string()
      #expect(try tokenizer.encode(text) == string["ids"].ints(), "\(text.debugDescription)")
    }
  }

  @Test("decodes every golden id list to the official texts", arguments: GoldenTokenizer.all)
  func decodes(_ golden: GoldenTokenizer) throws {
    let tokenizer = try golden.load()
    for string in try golden.expected()["strings"].list() {
      let ids = try string["ids"].ints()
      let text = try string["text"].string().debugDescription
      let skipped = try tokenizer.decode(ids, skippingSpecialTokens: true)
      #expect(scalars(skipped) == scalars(try string["decoded_skip"].string()), "\(text)")
      let all = try tokenizer.decode(ids, skippingSpecialTokens: false)
      #expect(scalars(all) == scalars(try string["decoded_all"].string()), "\(text)")
      let withoutBOS = ids.first == tokenizer.bosID ? Array(ids.dropFirst()) : ids
      let batch = try tokenizer.decode(withoutBOS, skippingSpecialTokens: true)
      #expect(
        scalars(batch) == scalars(try string["batch_decode_skip_of_ids_without_bos"].string()),
        "\(text)")
    }
  }

  @Test(
    "encodes every golden prompt with image places to the official ids",
    arguments: GoldenTokenizer.all)
  func encodesImagePrompts(_ golden: GoldenTokenizer) throws {
    let tokenizer = try golden.load()
    let prompts = try golden.expected()["image_token_prompts"].list()
    #expect(prompts.count >= 15)
    for prompt in prompts {
      let text = try prompt["prompt"].string()
      #expect(
        try ImagePrompt.encode(text, with: tokenizer) == prompt["ids"].ints(),
        "\(text.debugDescription)")
    }
  }

  @Test("knows the official BOS and EOS", arguments: GoldenTokenizer.all)
  func knowsSpecialIDs(_ golden: GoldenTokenizer) throws {
    let tokenizer = try golden.load()
    #expect(tokenizer.bosID == (try golden.expected()["bos"].value.intValue))
    #expect(tokenizer.eosID == (try golden.expected()["eos"].value.intValue))
  }
}
