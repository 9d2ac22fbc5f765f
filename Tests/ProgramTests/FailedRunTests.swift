import DataFormats
import Foundation
import TestSupport
import Testing

/// Runs in which samples have no answer.
@Suite(.serialized) struct FailedRunTests {
  /// The tiny model with one weight that is NaN.
  private static func poisoned(_ folder: TemporaryFolder) throws -> String {
    let model = folder.path + "/model"
    try Program.copy(try Program.tinyModel.get(), to: model)
    let path = model + "/model.safetensors"
    var bytes = try readFile(path)
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    let header = try JSONValue.parse(Array(bytes[8..<8 + length]))
    let name = "model.layers.1.mlp.down_proj.weight"
    let start = try #require(header[name]?["data_offsets"]?.arrayValue?.first?.intValue)
    bytes.replaceSubrange(8 + length + start..<8 + length + start + 4, with: [0, 0, 0xC0, 0x7F])
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return model
  }

  @Test func `logits that are no numbers are failures, named at load, and exit code 1`() throws {
    let folder = try TemporaryFolder()
    let model = try Self.poisoned(folder)
    let run = try Program.run([
      "run", "docvqa", "--model", model, "--data", Program.samples, "--aspect", "pad", "--limit",
      "3", "--output", folder.path + "/out",
    ])
    #expect(run.status == 1 && !run.wasSignalled, "\(run.errors)")
    #expect(run.errors.contains("model.layers.1.mlp.down_proj.weight"), "\(run.errors)")
    #expect(run.errors.contains("the logits are not finite"))
    #expect(run.errors.contains("3 samples failed alike"))
    let ledger = try JSONNode(contentsOf: folder.path + "/out/docvqa/scores.json")["ledger"]
    let counts = try ["answered", "failed", "empty", "truncated"].map { try ledger[$0].int() }
    #expect(counts == [0, 3, 0, 0])
    let answer = try Program.run([
      "answer", "--model", model, "--prompt", "hello", "--max-new-tokens", "2",
    ])
    #expect(answer.status == 1 && answer.errors.contains("the logits are not finite"))
  }

  @Test func `a run that answers none of its first samples stops, unless told to go on`() throws {
    let folder = try TemporaryFolder()
    // Ten copies of the data in which no image can be read.
    let documents = folder.path + "/data/documents"
    let source = try JSONNode(contentsOf: Program.samples + "/docvqa/val_v1.0_withQT.json")
    var questions: [JSONValue] = []
    for copy in 0..<3 {
      for item in try source["data"].list() {
        guard case .object(var members) = item.value else { continue }
        members["questionId"] = .integer(
          try item["questionId"].int() + copy * 1_000_000)
        questions.append(.object(members))
      }
    }
    try folder.write(
      JSONValue.object(["data": .array(questions)]).text(), to: "data/val_v1.0_withQT.json")
    try FileManager.default.createDirectory(
      atPath: documents, withIntermediateDirectories: true)
    let arguments = try Program.runArguments(
      ["docvqa"], output: folder.path + "/out", data: folder.path + "/data")
    let stopped = try Program.run(arguments)
    #expect(stopped.status == 1, "\(stopped.errors)")
    #expect(
      stopped.errors.contains("all failed") && stopped.errors.contains("--keep-going"),
      "\(stopped.errors)")
    let log = folder.path + "/out/docvqa/answers/answers.0-of-1.jsonl"
    let asked = try JSONLines.read(log).count
    #expect(asked >= 20 && asked < questions.count)
    let all = try Program.run(arguments + ["--keep-going"])
    #expect(all.status == 1 && all.errors.contains("--retry-failed"), "\(all.errors)")
    #expect(try JSONLines.read(log).count == questions.count)
  }
}
