import DataFormats
import Foundation
import TestSupport
import Testing

@Suite struct RunProgramTests {
  @Test func bothBenchmarksEndWithATableAndAFullLedger() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let outcome = try Program.run(Program.runArguments(["chartqa", "docvqa"], output: folder))
      #expect(outcome.status == 0, "\(outcome.errors)")
      // The headlines alone; --details brings the splits.
      #expect(
        outcome.output.contains("| DocVQA val ") && !outcome.output.contains("relaxed_human_split"))
      #expect(try Program.run(["report", folder]).output == outcome.output)
      let details = try Program.run(["report", folder, "--details"])
      #expect(details.output.contains("relaxed_human_split"))
      let ledger = try JSONNode(contentsOf: folder + "/docvqa/scores.json")["ledger"]
      let counts = try ["total", "selected", "answered", "failed", "missing", "duplicate"].map {
        try ledger[$0].int()
      }
      #expect(counts == [20, 20, 20, 0, 0, 0])
    }
  }

  @Test func aPageWithSeveralQuestionsPaysForItsImageOnce() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let together = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/a") + [
          "--limit", "8", "--threads", "2",
        ])
      #expect(together.status == 0, "\(together.errors)")
      #expect(together.errors.contains("peak memory: "))
      let lines = try JSONLines.read(folder + "/a/docvqa/answers/answers.0-of-1.jsonl")
      let questions = try JSONLines.read(folder + "/a/docvqa/questions.jsonl")
      let asked = try Set(lines.map { try $0["id"].string() })
      let images = try Set(
        questions.filter { try asked.contains($0["id"].string()) }.map { try $0["image"].string() })
      #expect(images.count < lines.count)
      #expect(try lines.reduce(0) { try $0 + $1["counts"]["images_encoded"].int() } == images.count)
      #expect(
        try lines.reduce(0) { try $0 + $1["counts"]["prefixes_computed"].int() } == images.count)
      // One by one, each in a process of its own with another number of threads: the same bits.
      for line in lines.prefix(4) {
        let id = try line["id"].string()
        let alone = try Program.run(
          Program.runArguments(["docvqa"], output: "\(folder)/\(id)") + [
            "--samples", id, "--threads", "1",
          ])
        #expect(alone.status == 0, "\(alone.errors)")
        let answer = try JSONLines.read("\(folder)/\(id)/docvqa/answers/answers.0-of-1.jsonl")[0]
        let ids = try (answer["token_ids"].value, line["token_ids"].value)
        #expect(ids.0 == ids.1)
      }
    }
  }

  @Test func scoringNeedsNeitherModelNorData() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Program.run(Program.runArguments(["chartqa"], output: folder) + ["--limit", "3"])
      let outcome = try Program.run([
        "score", folder + "/chartqa", "--profile", "vlmevalkit", "--json",
      ])
      #expect(outcome.status == 0 && outcome.output.contains("\"profile\": \"vlmevalkit\""))
      #expect(try Program.run(["report", folder]).output.contains("PARTIAL"))
    }
  }

  @Test func underscoresInOptionNamesAreAccepted() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let arguments = try Program.runArguments(["chartqa"], output: folder).map {
        $0 == "--output" ? "--output_path" : $0
      }
      #expect(try Program.run(arguments + ["--limit", "1"]).status == 0)
    }
  }
}
