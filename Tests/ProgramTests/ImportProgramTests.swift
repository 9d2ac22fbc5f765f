import DataFormats
import Foundation
import TestSupport
import Testing

@Suite struct ImportProgramTests {
  static let answers = TestMaterial.project + "/Tests/Fixtures/answers"

  @Test func `imported answers score as they do where they lie, and stand beside others`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let own = folder + "/runs/deep/down/ocr"
      let run = try Program.run([
        "run", "docvqa", "--model", "tesseract", "--data", Program.samples, "--output", own,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let imported = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "other-model",
      ])
      #expect(imported.status == 0, "\(imported.errors)")
      let json = try Program.run(["report", folder + "/runs", "--json"])
      let scores = try JSONValue.parse(json.output, file: "report").arrayValue ?? []
      #expect(scores.count == 2)
      // The errors may differ: answers alone do not say which questions are about one image.
      let values = scores.map { $0["metrics"]?.arrayValue?.compactMap { $0["value"]?.doubleValue } }
      #expect(values[0] == values[1] && values[0]?.count == 1)
      let report = try Program.run(["report", folder + "/runs", "--layout", "paper"])
      #expect(report.output.contains("other-model"), "\(report.output)")
      // Again: the same command is no error; other answers in the same place are.
      let again = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "other-model",
      ])
      #expect(again.status == 0, "\(again.errors)")
      let other = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "third",
      ])
      expectOneSentence(other, status: 1, mentions: ["name", "another --output"])
      let occupied = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs",
      ])
      expectOneSentence(occupied, status: 1, mentions: ["something else than a run"])
    }
  }
}
