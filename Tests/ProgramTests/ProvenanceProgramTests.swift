import DataFormats
import Foundation
import Hashing
import TestSupport
import Testing

/// What the program records of a run beside its answers.
@Suite struct ProvenanceProgramTests {
  /// The hashes of the images of a run, by question.
  private func hashes(_ run: String) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for line in try JSONLines.read(run + "/answers/answers.0-of-1.jsonl") {
      hashes[try line["id"].string()] = try line["image_sha256"].string()
    }
    return hashes
  }

  @Test func `every kind of model records the images' own hashes`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let engine = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/engine") + ["--limit", "6"])
      #expect(engine.status == 0, "\(engine.errors)")
      let reader = try Program.run([
        "run", "docvqa", "--model", "tesseract", "--data", Program.samples, "--output",
        folder + "/reader", "--limit", "6",
      ])
      #expect(reader.status == 0, "\(reader.errors)")
      let recorded = try hashes(folder + "/engine/docvqa")
      #expect(recorded.count == 6)
      #expect(try hashes(folder + "/reader/docvqa") == recorded)
      for question in try JSONLines.read(folder + "/engine/docvqa/questions.jsonl") {
        guard let hash = try recorded[question["id"].string()] else { continue }
        let image = try Program.samples + "/docvqa/" + question["image"].string()
        #expect(try hash == SHA256.hexadecimal(of: readFile(image)))
      }
    }
  }

  @Test func `the run names itself, its command, its machine and the commit`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let arguments = try Program.runArguments(["chartqa"], output: folder) + ["--limit", "1"]
      #expect(try Program.run(arguments).status == 0)
      let manifest = try JSONNode(contentsOf: folder + "/chartqa/run.json")
      let invocation = try #require(try manifest["invocations"].list().last)
      #expect(try manifest["name"].string() == "tiny proxyv")
      #expect(try invocation["command_line"].strings().dropFirst() == arguments[...])
      #expect(try invocation["ended"].string() >= invocation["started"].string())
      let set = try invocation["instruction_set"].string()
      #expect(["portable", "avx2", "avx512", "avx512bf16"].contains(set))
      let version = try Program.run(["--version"]).output
      #expect(try version.contains(manifest["code_version"].string()))

      let named = try Program.runArguments(["chartqa"], output: folder) + ["--name", "Tuesday"]
      #expect(try Program.run(named + ["--limit", "2", "--isa", "portable"]).status == 0)
      let renamed = try JSONNode(contentsOf: folder + "/chartqa/run.json")
      #expect(try renamed["name"].string() == "Tuesday")
      let last = try #require(try renamed["invocations"].list().last)
      #expect(try last["instruction_set"].string() == "portable")
    }
  }
}
