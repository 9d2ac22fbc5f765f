import Benchmarks
import DataFormats
import Foundation
import TestSupport
import Testing

/// What needs no checkpoint: the OCR baseline, its scores under all profiles, and the data's
/// examination.
@Suite struct TesseractProgramTests {
  @Test func aRunWithoutACheckpointEndsWithATableOfAllProfiles() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let arguments = [
        "run", "ocrbench", "mmbench", "--model", "tesseract", "--data", Program.samples, "--output",
        folder, "--profile", "all",
      ]
      let outcome = try Program.run(arguments)
      #expect(
        outcome.status == 0 && outcome.output.contains("| tesseract ")
          && outcome.output.contains("| spread "), "\(outcome.errors)")
      let identity = try JSONNode(contentsOf: folder + "/ocrbench/run.json")["model"]
      #expect(
        try identity["kind"].string() == "tesseract" && identity["content"].string().count == 64)
      let again = try Program.run(arguments)
      #expect(again.output == outcome.output)
      let explained = try Program.run(["score", folder, "--explain", "--json"])
      let differences = try JSONNode(
        JSONValue.parse(explained.output, file: "out"), file: "out", path: "")["differences"].list()
      #expect(try differences.map { try $0["compared"].int() }.sorted() == [20, 26])
    }
  }

  @Test func optionsOfCheckpointsAreRefused() throws {
    let outcome = try Program.run([
      "run", "docvqa", "--model", "tesseract", "--method", "baseline", "--weights", "int8",
      "--data", Program.samples, "--output", "/tmp/x",
    ])
    expectOneSentence(
      outcome, status: 2, mentions: ["--method, --weights", "--model tesseract takes none of them"])
  }

  @Test func theBoxSpaceIsSaidInTheTable() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let arguments = [
        "run", "refcoco", "--model", "tesseract", "--data", Program.samples, "--output", folder,
      ]
      let plain = try Program.run(arguments)
      #expect(plain.status == 0 && !plain.output.contains("padded"))
      for command in [arguments, ["report", folder], ["score", folder]] {
        let outcome = try Program.run(command + ["--box-space", "padded-square"])
        #expect(outcome.output.contains("the image padded to a square"), "\(outcome.errors)")
      }
    }
  }

  @Test func soundDataPassTheDoctor() throws {
    let outcome = try Program.run(["doctor", "data", Program.samples, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == BenchmarkRegistry.all.count)
  }

  @Test func unsoundDataFailIt() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Program.copy(Program.samples + "/mme", to: folder + "/mme")
      try Program.copy(Program.samples + "/docvqa", to: folder + "/docvqa")
      let category = folder + "/mme/MME_Benchmark_release_version/code_reasoning/"
      let first = try String(contentsOfFile: category + "0001.txt", encoding: .utf8).split(
        separator: "\n")[0]
      try Data(first.utf8).write(to: URL(fileURLWithPath: category + "0001.txt"))
      let file = folder + "/docvqa/val_v1.0_withQT.json"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let ids = try JSONNode(contentsOf: file)["data"].list().prefix(2).map {
        try $0["questionId"].int()
      }
      try Data(text.replacingOccurrences(of: "\(ids[1])", with: "\(ids[0])").utf8).write(
        to: URL(fileURLWithPath: file))
      let outcome = try Program.run(["doctor", "data", folder])
      expectOneSentence(outcome, status: 1, mentions: ["the data of DocVQA, MME are unsound"])
      #expect(
        outcome.output.contains("\(ids[0]) stands for 2")
          && outcome.output.contains("code_reasoning/0001.png has 1"), "\(outcome.output)")
      // A file that cannot be read does not hide the others.
      try Data("{".utf8).write(to: URL(fileURLWithPath: file))
      let broken = try Program.run(["doctor", "data", folder])
      #expect(
        broken.status == 1 && broken.output.contains("docvqa: cannot be read: ")
          && broken.output.contains("mme: original"))
    }
  }
}
