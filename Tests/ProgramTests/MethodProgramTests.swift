import DataFormats
import Foundation
import TestSupport
import Testing

/// Methods as the command line's users meet them.
@Suite struct MethodProgramTests {
  private static let image = TestMaterial.golden + "/model/images/m2_wide_800x260.jpg"

  private func answer(_ model: String, _ more: [String]) throws -> Program.Outcome {
    try Program.run(
      [
        "answer", "--model", model, "--image", Self.image, "--prompt", "What?", "--max-new-tokens",
        "1",
      ] + more)
  }

  /// One sentence that names what would work; wrong usage where no checkpoint could do it.
  @Test(
    arguments: [
      ("proxyv:from=9", 2, "from 2 to 3"), ("mask-attention:from=9", 2, "from 0 to 4"),
      ("skip-attention:from=-1", 2, "from 0 to 4"),
      ("pyramiddrop:layers=9", 2, "from 1 to 3"),
      ("visionzip:dominant=577,contextual=40", 2, "more than the 576 patches"),
      ("visionzip:dominant=600", 2, "1 to 577"),
      ("visionzip+proxyv", 1, "learned proxies (learn_proxy)"),
      ("skip-attention-ffn:mlp=light", 1, "use --method skip-attention-ffn:from=N"),
      ("pyramdrop", 2, "did you mean \"pyramiddrop\"?"),
    ] as [(String, Int32, String)])
  func impossibleMethodsAreRefused(method: String, status: Int32, mentioned: String) throws {
    expectOneSentence(
      try answer(Program.tinyModel.get(), ["--method", method]), status: status,
      mentions: [mentioned])
  }

  @Test func aBaselineCheckpointHasNoProxies() throws {
    try TestMaterial.withTemporaryFolder { folder in
      #expect(
        try Program.run([
          "synthesize", "tiny", "--method", "baseline", "--output", folder + "/base",
        ]).status == 0)
      expectOneSentence(
        try answer(folder + "/base", ["--method", "proxyv"]), status: 1,
        mentions: ["vision_mlp_layers", "use --method baseline"])
    }
  }

  @Test func anUnknownFamilyIsNamedWithTheKnownOnes() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Program.copy(try Program.tinyModel.get(), to: folder + "/model")
      let file = URL(fileURLWithPath: folder + "/model/config.json")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        .replacing("llava_llama", with: "mamba").replacing(
          "LlavaLlamaForCausalLM", with: "MambaForCausalLM")
      try Data(text.utf8).write(to: file)
      expectOneSentence(
        try answer(folder + "/model", []), status: 1,
        mentions: ["config.json", "mamba", "llava_qwen"])
    }
  }

  @Test(arguments: ["WordPiece", "Unigram"])
  func aTokenizerOfAnotherKindIsRefused(kind: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Program.copy(try Program.tinyModel.get(), to: folder + "/model")
      try FileManager.default.removeItem(atPath: folder + "/model/tokenizer.model")
      try Data(
        #"{"version": "1.0", "added_tokens": [], "model": {"type": "\#(kind)", "vocab": {}}}"#.utf8
      )
      .write(to: URL(fileURLWithPath: folder + "/model/tokenizer.json"))
      expectOneSentence(
        try answer(folder + "/model", []), status: 1,
        mentions: ["tokenizer.json", kind, "supported: byte-level BPE"])
    }
  }

  @Test func theTraceShowsWhoTakesPart() throws {
    let outcome = try answer(Program.tinyModel.get(), ["--trace"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // Four crops: all vision tokens ask before layer 2, and 36 proxies a crop from there on, but
    // for the last layer, which has nothing to do for them; the cache keeps them all.
    #expect(rows.count == 2 + 4)
    #expect(rows.dropFirst(2).map { $0[1] } == ["2304", "2304", "0", "0"])
    #expect(rows.dropFirst(2).map { $0[3] } == ["0", "0", "144", "0"])
    #expect(Set(rows.dropFirst(2).map { $0.last }).count == 1)
  }

  @Test func theTraceIsReadByProgramsToo() throws {
    let outcome = try answer(Program.tinyModel.get(), ["--trace", "--json"])
    let layers = try JSONValue.parse(outcome.output, file: "answer")["layers"]?.arrayValue ?? []
    #expect(layers.compactMap { $0["queries"]?["vision"]?.intValue } == [2304, 2304, 0, 0])
    #expect(layers.compactMap { $0["ffn"]?["proxy"]?.intValue } == [0, 0, 144, 0])
    #expect(outcome.errors.isEmpty && !layers.isEmpty)
    #expect(
      try JSONValue.parse(answer(Program.tinyModel.get(), ["--json"]).output, file: "answer")[
        "layers"] == nil)
  }

  @Test func aRunSaysWhyPyramidDropReusesNoPrefix() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let outcome = try Program.run(
        Program.runArguments(["docvqa"], output: folder) + [
          "--limit", "4", "--method", "pyramiddrop:layers=1/2,ratios=0.5/0.25",
        ])
      #expect(
        outcome.status == 0
          && outcome.errors.contains("image prefixes are not reused: pyramiddrop ranks"),
        "\(outcome.errors)")
      let remarks = try JSONNode(contentsOf: folder + "/docvqa/run.json")["remarks"].strings()
      #expect(remarks.count == 1 && remarks[0].contains("by the question"))
      let lines = try JSONLines.read(folder + "/docvqa/answers/answers.0-of-1.jsonl")
      #expect(try lines.allSatisfy { try $0["counts"]["prefixes_computed"].int() == 1 })
      #expect(
        try lines.contains { try $0["counts"]["images_encoded"].int() == 0 },
        "pages with several questions are encoded once")
    }
  }

  @Test func publishedRowsStandBesideMeasuredOnes() throws {
    try TestMaterial.withTemporaryFolder { folder in
      #expect(
        try Program.run(Program.runArguments(["docvqa"], output: folder) + ["--limit", "2"]).status
          == 0)
      let text = try Program.run(["report", folder, "--with-published"]).output
      #expect(text.contains("measured, PARTIAL") && text.contains("published, table 10"))
      #expect(
        text.contains(
          """
          Score_fine is not computed: no complete run of docvqa, chartqa, infovqa, textvqa, \
          ocrbench
          """
        ))
      let json = try JSONValue.parse(
        Program.run(["report", folder, "--with-published", "--json"]).output, file: "report")
      let rows = json["comparison"]?.arrayValue ?? []
      #expect(
        rows.first?["measured"]?.boolValue == true
          && rows.dropFirst().allSatisfy { $0["measured"]?.boolValue == false })
      #expect(
        json["score_fine"]?["missing"]?.arrayValue?.count == 5
          && json["runs"]?.arrayValue?.count == 1)
    }
  }
}
