import DataFormats
import Diagnostics
import TestSupport
import Testing
import Tokenization

struct TokenizerSynthesisTests {
  typealias Family = TokenizerSynthesis.Family

  static let cases: [(Family, Int)] = [
    (.vicuna, 512), (.vicuna, 900), (.vicuna, 32_000), (.phi3, 512), (.phi3, 32_011),
    (.internLM2, 2_000),
    (.llama3, 512), (.llama3, 128_256), (.qwen2, 512), (.qwen2, 152_064),
  ]

  private func write(
    _ family: Family, _ count: Int
  ) throws -> (any Tokenizer, TokenizerSynthesis.Summary, TemporaryFolder) {
    let scratch = try TemporaryFolder()
    let summary = try TokenizerSynthesis.write(family, count: count, to: scratch.path)
    return (try TokenizerLoader.load(folder: scratch.path), summary, scratch)
  }

  @Test("is loaded with the size and special ids that it promises", arguments: cases)
  func keepsItsPromises(_ family: Family, _ count: Int) throws {
    let (tokenizer, summary, _) = try write(family, count)
    #expect(tokenizer.count == count)
    #expect(summary.count == count)
    #expect(tokenizer.bosID == summary.bosID)
    #expect(summary.stopIDs.allSatisfy { $0 < count })
    if family != .llama3 { #expect(summary.stopIDs.contains(try #require(tokenizer.eosID))) }
    #expect(Set((0..<count).compactMap(tokenizer.token)).count == count)
  }

  @Test("reaches every merged piece by its own text", arguments: cases)
  func reachesEveryMerge(_ family: Family, _ count: Int) throws {
    let (tokenizer, _, _) = try write(family, count)
    let mark: Character = family == .llama3 || family == .qwen2 ? "Ġ" : "▁"
    var reached = 0
    for id in 0..<count {
      guard let piece = tokenizer.token(id), piece.first == mark, piece.count > 1 else { continue }
      // SentencePiece puts the space of the first word there itself.
      let text = (mark == "Ġ" ? " " : "") + piece.dropFirst()
      #expect(try tokenizer.encode(text).last == id, "\(piece)")
      #expect(try tokenizer.encode(text).count == (tokenizer.bosID == nil ? 1 : 2), "\(piece)")
      reached += 1
    }
    #expect(reached > count / 6 && reached <= count)
  }

  static let texts = [
    "", "The answer is 42.", "  two  spaces ", "line\nline\r\n\n", "日本語 😀 e\u{301}",
    "tab\tand \u{0}zero", "12345 USER: ASSISTANT:",
  ]

  @Test("gives every text back", arguments: cases)
  func givesTextsBack(_ family: Family, _ count: Int) throws {
    let (tokenizer, _, _) = try write(family, count)
    for text in Self.texts {
      let back = try tokenizer.decode(try tokenizer.encode(text), skippingSpecialTokens: true)
      // NFC for Qwen2, a space before the full stop kept by all.
      let expected = family == .qwen2 ? text.replacing("e\u{301}", with: "\u{E9}") : text
      #expect(scalars(back) == scalars(expected), "\(text.debugDescription)")
    }
  }

  @Test(
    "serves its family's conversation",
    arguments: [
      (Family.vicuna, "llava_llama", "vicuna_v1"), (.phi3, "llava_phi", "phi3_instruct"),
      (.internLM2, "llava_internlm2", "internlm2"), (.llama3, "llava_llama", "llava_llama_3"),
      (.qwen2, "llava_qwen", "qwen_1_5"),
    ])
  func servesItsConversation(_ family: Family, _ modelType: String, _ name: String) throws {
    let (tokenizer, summary, _) = try write(family, 2_000)
    let template = try ConversationTemplate.forModel(type: modelType, tokenizer: tokenizer)
    #expect(template.name == name)
    let ids = try ImagePrompt.encode(
      template.prompt(for: "<image>\nWhat is this?"), with: tokenizer)
    #expect(ids.filter { $0 == ImagePrompt.imageID }.count == 1)
    #expect(ids.allSatisfy { $0 < summary.count })
  }

  @Test func twoWritingsAreTheSame() throws {
    let (_, _, first) = try write(.llama3, 3_000)
    let (_, _, second) = try write(.llama3, 3_000)
    #expect(
      try readFile(first.path + "/tokenizer.json") == readFile(second.path + "/tokenizer.json"))
  }

  @Test("an impossible size is refused with the possible ones", arguments: Family.allCases)
  func refusesImpossibleSizes(_ family: Family) throws {
    let scratch = try TemporaryFolder()
    let minimum = TokenizerSynthesis.minimumCount(family)
    for count in [Int.min, -1, 0, minimum - 1, 1 << 40] {
      #expect {
        try TokenizerSynthesis.write(family, count: count, to: scratch.path)
      } throws: { render($0).contains("possible: \(minimum) to") }
    }
    try TokenizerSynthesis.write(family, count: minimum, to: scratch.path)
    #expect(try TokenizerLoader.load(folder: scratch.path).count == minimum)
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    #expect {
      try TokenizerSynthesis.write(.vicuna, count: 512, to: "/nonexistent/folder")
    } throws: { render($0).contains("/nonexistent/folder/tokenizer.model") }
  }
}
