import DataFormats
import Diagnostics
import Testing
import Tokenization

struct ConversationTemplateTests {
  @Test("wraps every benchmark context as the official conversation code does")
  func wrapsContexts() throws {
    let vicuna = try ConversationTemplate.named("vicuna_v1")
    let qwen = try ConversationTemplate.named("qwen_1_5")
    let lines = try jsonLines("prompts.jsonl")
    #expect(lines.count == 160)
    for line in lines {
      let message = ImagePrompt.message(try line["expected"].string(), imageCount: 1)
      #expect(
        scalars(vicuna.prompt(for: message))
          == scalars(try line["profiles"]["llava_vicuna_v1"].string()))
      #expect(
        scalars(qwen.prompt(for: message))
          == scalars(try line["profiles"]["llava_next_qwen_1_5"].string()))
    }
  }

  static let conversations: [String: [ConversationTemplate.Turn]] = [
    "c0": [.init(.user, "<image>\nDescribe the image in detail."), .init(.assistant, nil)],
    "c1": [
      .init(
        .user,
        "<image>\nRead the text in the picture.\nAnswer the question using a single word or phrase."
      ),
      .init(.assistant, "It shows a table."), .init(.user, "What is written on the sign?"),
      .init(.assistant, ""),
    ],
    "c2": [.init(.user, "What is the colour? <image>"), .init(.assistant, nil)],
    "c3": [
      .init(.user, "<image>\nHow many items are listed in the table?"), .init(.assistant, nil),
    ],
  ]

  @Test("writes the conversations of every model golden, single and multi turn")
  func writesModelConversations() throws {
    var templates: Set<String> = []
    for line in try jsonLines("model_prompts.jsonl")
    where try line["model"].string() != "vicuna_pad_start0_fp32" {
      let name = try line["conv"].string()
      let turns = try #require(Self.conversations[try line["case"].string()])
      #expect(
        scalars(try ConversationTemplate.named(name).prompt(turns))
          == scalars(try line["prompt"].string()))
      templates.insert(name)
    }
    #expect(templates == ["v1", "llava_llama_3", "qwen_1_5", "phi3_instruct", "internlm2"])
  }

  @Test func llavaV1SpeaksOfACuriousHuman() throws {
    let prompt = try ConversationTemplate.named("llava_v1").prompt(for: "Hello?")
    #expect(
      prompt
        == "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, "
        + "detailed, and polite answers to the human's questions. USER: Hello? ASSISTANT:")
  }

  @Test func mistralPutsInstructionsInBrackets() throws {
    let template = try ConversationTemplate.named("mistral_instruct")
    #expect(template.prompt(for: "<image>\nHello?") == "[INST] <image>\nHello? [/INST]")
    #expect(
      template.prompt([
        .init(.user, "a"), .init(.assistant, "b"), .init(.user, "c"), .init(.assistant, nil),
      ]) == "[INST] a [/INST] b </s>[INST] c [/INST]")
  }

  @Test func plainIsTheTextAndANewline() throws {
    #expect(
      try ConversationTemplate.named("plain").prompt(for: "<image>\nHello?") == "<image>\nHello?\n")
  }

  @Test func llama3StripsTextsAsPythonDoes() throws {
    let prompt = try ConversationTemplate.named("llava_llama_3").prompt(
      for: "\u{1F} \u{3000}Hello? \n\t")
    #expect(
      prompt.hasSuffix(
        "user<|end_header_id|>\n\nHello?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
      ))
  }

  @Test func anUnknownNameGetsTheNearestOne() {
    #expect {
      try ConversationTemplate.named("vicuna_v2")
    } throws: { error in
      render(error)
        == "there is no conversation template \"vicuna_v2\"; did you mean \"vicuna_v1\"?"
    }
  }

  @Test(
    "is chosen by model family",
    arguments: [
      ("llava_llama", "vicuna_base_fp32", "vicuna_v1"),
      ("llava_llama", "llama3_proxyv_bf16", "llava_llama_3"),
      ("llava_next", "hf_llavanext_fp32", "vicuna_v1"),
      ("llava_qwen", "qwen2_proxyv_fp32", "qwen_1_5"),
      ("llava_phi", "phi3_proxyv_bf16", "phi3_instruct"),
      ("llava_internlm2", "internlm2_proxyv_bf16", "internlm2"),
    ])
  func chosenByFamily(_ modelType: String, _ folder: String, _ name: String) throws {
    let tokenizer = try TokenizerLoader.load(folder: fixtures + "/" + folder)
    #expect(try ConversationTemplate.forModel(type: modelType, tokenizer: tokenizer).name == name)
  }

  @Test func anUnknownFamilyIsRefusedWithTheNames() throws {
    let tokenizer = try TokenizerLoader.load(folder: fixtures + "/vicuna_base_fp32")
    #expect {
      try ConversationTemplate.forModel(type: "llava_mamba", tokenizer: tokenizer)
    } throws: { render($0).contains("llava_mamba") && render($0).contains("phi3_instruct") }
  }
}
