import DataFormats
import Foundation
import TestSupport
import Testing

/// What a user gets for what is wrong: one sentence that names it, exit code 1 or 2, and nothing
/// lost.
@Suite struct BadInputTests {
  @Test(
    arguments: [
      (
        ["run", "docvqa", "--model", "/no/model", "--data", Program.samples, "--output", "/tmp/x"],
        1, ["/no/model", "no such folder"]
      ),
      (
        ["run", "docvqa", "--model", "tesseract", "--data", "/no/data", "--output", "/tmp/x"], 1,
        ["/no/data", "--data must name"]
      ),
      (
        ["run", "dcvqa", "--model", "m", "--data", "d", "--output", "/tmp/x"], 2,
        ["did you mean \"docvqa\"?"]
      ),
      (
        [
          "run", "docvqa", "--model", "m", "--data", "d", "--output", "/tmp/x", "--profile",
          "oficial",
        ], 2, ["did you mean \"official\"?"]
      ),
      (
        ["run", "docvqa", "--model", "m", "--data", "d", "--output", "/tmp/x", "--limt", "2"], 2,
        ["--limt", "--limit"]
      ),
      (
        [
          "run", "docvqa", "--model", "tesseract", "--data", Program.samples + "/mme", "--output",
          "/tmp/x",
        ], 1, ["no DocVQA data was recognised"]
      ),
      (["rn"], 2, ["unknown subcommand \"rn\"", "\"run\""]),
      (["score", "/no/run"], 1, ["/no/run", "no such run"]),
      (["metric", "anl"], 2, ["did you mean \"anls\"?"]),
      (["synthesize", "vicuna7b", "--output", "x"], 2, ["did you mean \"vicuna-7b\"?"]),
      (
        ["answer", "--model", "/no/model", "--image", "/no/image.png", "--prompt", "x"], 1,
        ["/no/model", "no such folder"]
      ),
      (["tokenize", "--model", "/no/model"], 1, ["/no/model"]),
    ] as [([String], Int32, [String])])
  func wrongArgumentsGetOneSentence(arguments: [String], status: Int32, mentions: [String]) throws {
    expectOneSentence(try Program.run(arguments), status: status, mentions: mentions)
  }

  @Test func truncatedImagesFailTheirSamplesAndTheRunGoesOn() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let data = folder + "/docvqa"
      try Program.copy(Program.samples + "/docvqa", to: data)
      let pages = try FileManager.default.contentsOfDirectory(atPath: data + "/documents").sorted()
      let first = URL(fileURLWithPath: data + "/documents/" + pages[0])
      try Data(contentsOf: first).prefix(5000).write(to: first)
      let outcome = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/run", data: folder))
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("truncated") && outcome.errors.contains(pages[0]))
      let scores = try JSONNode(contentsOf: folder + "/run/docvqa/scores.json")
      let ledger = try scores["ledger"]
      let counts = try (failed: ledger["failed"].int(), answered: ledger["answered"].int())
      #expect(counts.failed > 0 && counts.failed + counts.answered == 20)
      #expect(try scores["metrics"].list()[0]["count"].int() == 20)
      #expect(outcome.output.contains("PARTIAL"))
      let strict = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/run", data: folder) + [
          "--fail-on-error", "0",
        ])
      expectOneSentence(strict, status: 101, mentions: ["samples failed"])
    }
  }

  @Test func aTruncatedJPEGFailsItsSampleOnly() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let jpeg = try Data(
        contentsOf: URL(fileURLWithPath: TestMaterial.fixtures + "/images/subsampling_420.jpg"))
      try FileManager.default.createDirectory(
        atPath: folder + "/docvqa/documents", withIntermediateDirectories: true)
      try jpeg.write(to: URL(fileURLWithPath: folder + "/docvqa/documents/whole.jpg"))
      try jpeg.prefix(jpeg.count / 2).write(
        to: URL(fileURLWithPath: folder + "/docvqa/documents/half.jpg"))
      let entries = ["whole", "half"].enumerated().map {
        #"{"questionId": \#($0), "question": "q", "answers": ["a"], "image": "documents/\#($1).jpg"}"#
      }
      try Data(#"{"data": [\#(entries.joined(separator: ","))]}"#.utf8).write(
        to: URL(fileURLWithPath: folder + "/docvqa/val_v1.0.json"))
      let outcome = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/run", data: folder))
      #expect(outcome.status == 0 && outcome.errors.contains("half.jpg"), "\(outcome.errors)")
      let inspected = try Program.run(["inspect", "data", folder, "--benchmark", "docvqa"])
      #expect(
        inspected.output.contains("unreadable image") && inspected.output.contains("half.jpg"))
    }
  }

  /// A copy of the tiny checkpoint with one thing spoilt.
  private func withSpoiltModel(
    _ spoil: (String) throws -> Void, _ body: (String) throws -> Void
  ) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = folder + "/model"
      try Program.copy(try Program.tinyModel.get(), to: model)
      try spoil(model)
      try body(model)
    }
  }

  private func expectRefusal(_ mentions: [String], _ spoil: (String) throws -> Void) throws {
    try withSpoiltModel(spoil) { model in
      expectOneSentence(
        try Program.run(["answer", "--model", model, "--prompt", "x", "--max-new-tokens", "1"]),
        status: 1, mentions: mentions)
    }
  }

  private func editHeader(_ model: String, _ edit: (inout [UInt8]) -> Void) throws {
    let file = URL(fileURLWithPath: model + "/model.safetensors")
    var bytes = [UInt8](try Data(contentsOf: file))
    edit(&bytes)
    try Data(bytes).write(to: file)
  }

  private func replace(_ old: String, with new: String, in bytes: inout [UInt8]) {
    let data = Data(bytes)
    if let range = data.range(of: Data(old.utf8)) {
      bytes.replaceSubrange(range, with: Array(new.utf8))
    }
  }

  @Test func spoiltSafetensorsAreRefused() throws {
    try expectRefusal(["model.safetensors", "header"]) {
      try editHeader($0) { $0.replaceSubrange(0..<8, with: [255, 255, 255, 255, 255, 255, 0, 0]) }
    }
    try expectRefusal(["model.safetensors"]) {
      try editHeader($0) { replace("\"data_offsets\":[0,", with: "\"data_offsets\":[8,", in: &$0) }
    }
    try expectRefusal(["model.safetensors"]) {
      try editHeader($0) { replace("\"dtype\":\"F32\"", with: "\"dtype\":\"F31\"", in: &$0) }
    }
    try expectRefusal(["model.safetensors"]) { try editHeader($0) { $0.removeLast(100) } }
  }

  @Test func aMissingTokenizerIsNamed() throws {
    try expectRefusal(["tokenizer"]) {
      try FileManager.default.removeItem(atPath: $0 + "/tokenizer.model")
    }
  }

  @Test func aBrokenConfigurationIsNamedByFileAndKey() throws {
    try expectRefusal(["config.json"]) {
      try Data("{".utf8).write(to: URL(fileURLWithPath: $0 + "/config.json"))
    }
    try expectRefusal(["config.json", "num_hidden_layers"]) { model in
      let file = URL(fileURLWithPath: model + "/config.json")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      try Data(
        text.replacingOccurrences(
          of: "\"num_hidden_layers\": 4", with: "\"num_hidden_layers\": \"four\""
        ).utf8
      ).write(to: file)
    }
  }

  @Test func moreCropsThanTheCheckpointAllowsAreRefused() throws {
    try withSpoiltModel({ model in
      let file = URL(fileURLWithPath: model + "/config.json")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      try Data(
        text.replacingOccurrences(
          of: "\"max_num_image_crops\": 5", with: "\"max_num_image_crops\": 2"
        ).utf8
      ).write(to: file)
    }) { model in
      let page = try FileManager.default.contentsOfDirectory(
        atPath: Program.samples + "/docvqa/documents"
      ).sorted()[0]
      let outcome = try Program.run(
        [
          "answer", "--model", model, "--image", "\(Program.samples)/docvqa/documents/\(page)",
          "--prompt", "x", "--max-new-tokens", "1",
        ])
      expectOneSentence(outcome, status: 1, mentions: ["crops", "2"])
    }
  }

  @Test(.enabled(if: SmallDisk.canMount, "mounting a small tmpfs needs root"))
  func aFullDiskEndsTheRunAndKeepsWhatWasAnswered() throws {
    try SmallDisk.with(size: "32k") { disk in
      let full = try Program.run(Program.runArguments(["docvqa"], output: disk + "/run"))
      expectOneSentence(full, status: 1, mentions: ["the disk is full"])
      let kept =
        (try? JSONLines.read(disk + "/run/docvqa/answers/answers.0-of-1.jsonl"))?.count ?? 0
      #expect(kept > 0)
      try SmallDisk.grow(disk, to: "1m")
      let outcome = try Program.run(Program.runArguments(["docvqa"], output: disk + "/run"))
      #expect(
        outcome.status == 0 && outcome.errors.contains("\(kept) answered before"),
        "\(outcome.errors)")
    }
  }
}
