import DataFormats
import Foundation
import TestSupport
import Testing

/// `synthesize --naming huggingface`: what transformers' own classes load, our engine loads too.
@Suite struct HuggingFaceNamingTests {
  @Test func `the checkpoint has the files of a server, and answers`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = folder + "/llava"
      let made = try Program.run([
        "synthesize", "tiny", "--naming", "huggingface", "--method", "baseline", "--dtype", "f32",
        "--output", model,
      ])
      try #require(made.status == 0, "\(made.errors)")
      for name in [
        "config.json", "generation_config.json", "preprocessor_config.json",
        "processor_config.json", "chat_template.jinja", "tokenizer.model", "tokenizer_config.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: model + "/" + name), "\(name)")
      }
      let configuration = try JSONNode(contentsOf: model + "/config.json")
      #expect(try configuration["model_type"].string() == "llava_next")
      let image = try configuration["image_token_index"].int()
      let tokenizer = try JSONNode(contentsOf: model + "/tokenizer_config.json")
      #expect(
        try tokenizer["added_tokens_decoder"]["\(image)"]["content"].string() == "<image>")
      let template = try readFile(model + "/chat_template.jinja")
      #expect(template.last != 0x0A)

      let answer = try Program.run([
        "answer", "--model", model, "--image",
        TestMaterial.project + "/Samples/docvqa/documents/abmi0001_1.png", "--prompt",
        "What is it?",
        "--max-new-tokens", "4", "--json",
      ])
      #expect(answer.status == 0, "\(answer.errors)")
    }
  }

  @Test(arguments: [
    (["tiny"], "--method baseline"), (["qwen2-7b", "--method", "baseline"], "vicuna-7b"),
    (["tiny", "--naming", "hugginface"], "did you mean"),
  ])
  func `what those classes cannot hold is refused`(_ arguments: [String], mention: String) throws {
    let naming = arguments.contains("--naming") ? [] : ["--naming", "huggingface"]
    expectOneSentence(
      try Program.run(["synthesize"] + arguments + naming + ["--output", "/nonexistent/x"]),
      status: 2, mentions: [mention])
  }
}
