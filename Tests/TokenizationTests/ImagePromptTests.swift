import DataFormats
import Foundation
import Testing
import Tokenization

struct ImagePromptTests {
  @Test("gives every model golden its input ids")
  func encodesModelPrompts() throws {
    let lines = try jsonLines("model_prompts.jsonl")
    #expect(lines.count >= 20)
    for line in lines {
      let tokenizer = try TokenizerLoader.load(
        folder: fixtures + "/" + (try line["tokenizer"].string()))
      let ids = try ImagePrompt.encode(try line["prompt"].string(), with: tokenizer)
      #expect(ids == (try line["input_ids"].ints()), "\(line.path)")
    }
  }

  @Test("decodes every model golden's generated ids to its text")
  func decodesGeneratedIDs() throws {
    for line in try jsonLines("model_prompts.jsonl") {
      let tokenizer = try TokenizerLoader.load(
        folder: fixtures + "/" + (try line["tokenizer"].string()))
      let text = try tokenizer.decode(try line["generated_ids"].ints(), skippingSpecialTokens: true)
      // The official demo strips the answer.
      let answer = text.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(scalars(answer) == scalars(try line["decoded_skip_special"].string()), "\(line.path)")
    }
  }

  @Test func adjacentAndOuterPlacesGiveEmptyParts() throws {
    let tokenizer = try TokenizerLoader.load(folder: fixtures + "/vicuna_base_fp32")
    #expect(try ImagePrompt.encode("<image><image>", with: tokenizer) == [1, -200, -200])
    #expect(try ImagePrompt.encode("", with: tokenizer) == [1])
    let qwen = try TokenizerLoader.load(folder: fixtures + "/qwen2_proxyv_fp32")
    #expect(try ImagePrompt.encode("<image>a<image>", with: qwen) == [-200, 64, -200])
  }

  @Test func aMessageNamesItsImagesOnce() {
    #expect(ImagePrompt.message("Why?", imageCount: 1) == "<image>\nWhy?")
    #expect(ImagePrompt.message("Why?", imageCount: 2) == "<image> <image>\nWhy?")
    #expect(ImagePrompt.message("Why?", imageCount: 0) == "Why?")
    #expect(ImagePrompt.message("See <image>. Why?", imageCount: 1) == "See <image>. Why?")
  }

  @Test func aPlaceholderFollowedByACombiningMarkIsStillOne() throws {
    // As Characters ">" and the mark are one; as scalars, which count, they are two.
    let tokenizer = try TokenizerLoader.load(folder: fixtures + "/qwen2_proxyv_fp32")
    #expect(try ImagePrompt.encode("a<image>\u{0338}", with: tokenizer).prefix(2) == [64, -200])
  }
}
