import DataFormats
import Foundation
import TestSupport
import Testing

@Suite struct ReportProgramTests {
  /// Two methods and the floor on two benchmarks.
  static let runs: Result<String, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "report-tests-\(getpid())"
    ).path
    for method in ["baseline", "visionzip"] {
      let outcome = try Program.run(
        Program.runArguments(["docvqa", "chartqa"], output: folder + "/" + method)
          + ["--method", method, "--limit", "3"])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let floor = try Program.run([
      "run", "docvqa,chartqa", "--model", "tesseract", "--data", Program.samples, "--output",
      folder + "/floor",
    ])
    try #require(floor.status == 0, "\(floor.errors)")
    return folder
  }

  @Test(arguments: [60, 80, 120, 200])
  func `no line is wider than the terminal`(width: Int) throws {
    let runs = try Self.runs.get()
    for command in [
      ["report", runs], ["report", runs, "--layout", "figures", "--details"], ["list"],
      ["list", "published"], ["efficiency", "--flops-only"], ["report", "--published-table", "7"],
      ["score", runs, "--profile", "all", "--explain"],
    ] {
      let child = try ChildProcess(
        Program.path, command, output: .terminal(columns: width), errors: .null)
      let screen = child.readToEnd().split(separator: "\r\n")
      #expect(child.wait().status == 0 && !screen.isEmpty, "\(command)")
      for line in screen {
        #expect(line.unicodeScalars.count <= width, "\(command): \(line)")
      }
    }
  }

  @Test func `the paper's table is the default where benchmarks meet models`() throws {
    let outcome = try Program.run(["report", try Self.runs.get(), "--format", "markdown"])
    #expect(outcome.output.contains("| Model | Method | DocVQA | ChartQA |"), "\(outcome.output)")
    #expect(outcome.output.contains("† PARTIAL: 3 of 20 questions answered"))
    #expect(outcome.output.contains("| 400 ×"), "tokens layer by layer: \(outcome.output)")
  }

  @Test func `a file comes with the origin of every cell`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let file = folder + "/table.tex"
      let outcome = try Program.run([
        "report", try Self.runs.get(), "--published", "visionzip", "--intervals", "--columns",
        "docvqa,chartqa", "--rename", "tesseract=OCR", "--sort", "docvqa", "--output", file,
      ])
      #expect(outcome.status == 0 && outcome.output == file + "\n", "\(outcome.errors)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.contains("\\toprule") && text.contains("68.84") && text.contains("$\\pm$"))
      let sources = try JSONValue.parse(
        String(contentsOfFile: file + ".sources.json", encoding: .utf8), file: "sources")
      let cells = sources.arrayValue?.compactMap { $0["cells"]?["docvqa"]?["source"] } ?? []
      #expect(cells.count == 4)
      #expect(cells.contains { $0["published"]?.stringValue == "vicuna-7b/visionzip" })
      #expect(cells.filter { $0["questions_sha256"]?.stringValue?.count == 64 }.count == 3)
    }
  }

  @Test(
    arguments: [
      (["--layout", "papper"], 2, "did you mean \"paper\"?"),
      (["--published", "vicuna-7b/baselin"], 2, "did you mean \"vicuna-7b/baseline\"?"),
      (["--columns", "docvqaa"], 2, "did you mean \"docvqa\"?"),
      (["--rename", "x"], 2, "OLD=NEW"),
      (["--published-table", "11"], 2, "tables are 1 to 10"),
      (["--output", "/proc/none/table.md"], 1, "cannot be created"),
      (["--efficiency", "/no/file.json"], 1, "/no/file.json"),
    ] as [([String], Int32, String)])
  func `bad input gets one sentence`(
    options: [String], status: Int32, mentions: String
  ) throws {
    let outcome = try Program.run(["report", try Self.runs.get()] + options)
    expectOneSentence(outcome, status: status, mentions: [mentions])
  }
}
