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
      ["compare", runs + "/baseline", runs + "/floor", "--replicates", "99"],
      ["compare", runs + "/baseline", runs + "/visionzip", "--replicates", "99", "--gate"],
      [
        "run", "docvqa,chartqa", "--model", "tesseract", "--data", Program.samples, "--output", "o",
        "--dry-run",
      ],
    ] {
      let child = try ChildProcess(
        Program.path, command, output: .terminal(columns: width), errors: .null)
      let screen = child.readToEnd().split(separator: "\r\n")
      #expect(!child.wait().wasSignalled && !screen.isEmpty, "\(command)")
      for line in screen {
        #expect(line.unicodeScalars.count <= width, "\(command): \(line)")
      }
    }
  }

  @Test(arguments: [60, 80, 120, 200])
  func `no line of a run is wider than the terminal`(width: Int) throws {
    let folder = try TemporaryFolder()
    let child = try ChildProcess(
      Program.path,
      Program.runArguments(["docvqa", "chartqa"], output: folder.path) + ["--limit", "2"],
      output: .terminal(columns: width), errors: .terminal(columns: width))
    let screen = child.readToEnd().split(separator: "\r\n")
    #expect(child.wait().status == 0)
    #expect(screen.contains { $0.contains("2 of 2, ChartQA") }, "\(screen)")
    for line in screen {
      // What a line of progress replaced is no longer on the screen.
      let shown = line.split(separator: "\u{1B}[K").last ?? ""
      #expect(shown.unicodeScalars.count <= width, "\(shown)")
    }
  }

  @Test(arguments: [
    ["score"], ["report", "--layout", "figures"], ["report", "--layout", "paper"],
  ])
  func `scores come with their 95 % intervals unless told otherwise`(command: [String]) throws {
    let runs = try Self.runs.get()
    let shown = try Program.run(command + [runs])
    // Ten images give some, and of others it is said why there is none.
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("95 % interval"), "\(shown.output)")
    let hidden = try Program.run(command + [runs, "--no-intervals"])
    #expect(hidden.status == 0 && !hidden.output.contains("±"), "\(hidden.output)")
    #expect(!hidden.output.contains("95 % interval"), "\(hidden.output)")
  }

  @Test(arguments: ["markdown", "latex", "csv", "json", "html"])
  func `every table is written in every format, and into a file`(format: String) throws {
    let (runs, folder) = (try Self.runs.get(), try TemporaryFolder())
    let marks = [
      "markdown": "|", "latex": "\\toprule", "csv": "\r\n", "json": "\"rows\"", "html": "<table",
    ]
    for (place, command) in [
      ["score", runs + "/floor"], ["report", runs], ["report", runs, "--layout", "figures"],
      ["report", "--published-table", "7"], ["list", "profiles"], ["list", "published"],
      ["efficiency", "--flops-only"],
    ].enumerated() {
      let file = "\(folder.path)/\(place)"
      let printed = try Program.run(command + ["--format", format])
      let written = try Program.run(command + ["--format", format, "--output", file])
      #expect(written.status == 0 && written.output == file + "\n", "\(written.errors)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text == printed.output && text.contains(marks[format] ?? ""), "\(command): \(text)")
      if format == "json" { _ = try JSONValue.parse(text, file: file) }
    }
    let compared = try Program.run([
      "compare", runs + "/baseline", runs + "/visionzip", "--format", format, "--replicates", "0",
    ])
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output.contains(format == "json" ? "\"figures\"" : marks[format] ?? ""))
  }

  @Test func `published rows stand beside in table 7's columns`() throws {
    let outcome = try Program.run([
      "report", try Self.runs.get(), "--columns", "general", "--published", "vicuna-7b",
      "--format", "csv",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let head = outcome.output.prefix { $0 != "\r\n" }
    #expect(
      head.hasPrefix(
        """
        Model,Method,Method \
        note,mmbench,seed_img,refcoco,mmstar,gqa,mme_p,mmmu,pope,sqa,ai2d,realworldqa
        """
      ), "\(head)")
    #expect(outcome.output.contains("71.63"), "\(outcome.output)")
  }

  @Test func `the paper's table is the default where benchmarks meet models`() throws {
    let outcome = try Program.run(["report", try Self.runs.get(), "--format", "markdown"])
    #expect(outcome.output.contains("| Model | Method | DocVQA | ChartQA |"), "\(outcome.output)")
    #expect(outcome.output.contains("† PARTIAL: 3 of 20 questions answered"))
    #expect(outcome.output.contains("| 400 ×"), "tokens layer by layer: \(outcome.output)")
  }

  @Test func `a bad run is named, and the others are shown`() throws {
    let (runs, folder) = (try Self.runs.get(), try TemporaryFolder())
    let all = folder.path + "/all"
    try Program.copy(runs + "/floor", to: all)
    let questions = all + "/chartqa/questions.jsonl"
    let text = String(decoding: try readFile(questions), as: UTF8.self)
    try Data(text.replacing("\"question\":\"", with: "\"question\":\"x").utf8).write(
      to: URL(fileURLWithPath: questions))
    for command in [
      ["report"], ["score"], ["report", "--json"],
      ["view", "--output", folder.path + "/page.html"],
    ] {
      let outcome = try Program.run(command + [all])
      #expect(outcome.status == 1, "\(command): \(outcome.errors)")
      #expect(outcome.errors.contains("left out: ") && outcome.errors.contains("all/chartqa"))
      #expect(command[0] == "view" || outcome.output.lowercased().contains("docvqa"))
      // Alone it is the command's error.
      let alone = try Program.run(command + [all + "/chartqa"])
      expectOneSentence(alone, status: 1, mentions: ["all/chartqa"])
    }
  }

  @Test func `what a measured method cost stands in no other's row`() throws {
    let (runs, folder) = (try Self.runs.get(), try TemporaryFolder())
    let measured = ["efficiency", "--runs", "1", "--crops", "1", "--json", "--methods"]
    let own = try Program.run(
      measured + ["baseline,visionzip", "--model", try Program.tinyModel.get()])
    let random = try Program.run(measured + ["baseline", "--shape", "tiny", "--layers", "2"])
    let large = try Program.run(["efficiency", "--flops-only", "--json"])
    #expect([own, random, large].map(\.status) == [0, 0, 0], "\(own.errors)\(random.errors)")
    let costs = [("own", own), ("random", random), ("large", large)].map { name, outcome in
      (try? folder.write(outcome.output, to: name + ".json")) ?? ""
    }
    let table = try Program.run([
      "report", runs, "--efficiency", costs[0], "--columns", "docvqa,cache_mib", "--format", "csv",
    ])
    let rows = table.output.split(separator: "\r\n").map(String.init)
    #expect(table.status == 0 && rows.count == 4, "\(table.output)\(table.errors)")
    #expect(rows.count { $0.hasSuffix(",") || $0.hasSuffix(", ") } == 1, "\(table.output)")
    // Random weights of the same shape, measured with fewer layers: scaled, and without a cache.
    let scaled = try Program.run([
      "report", runs, "--efficiency", costs[1], "--columns", "docvqa,costs", "--format", "csv",
    ])
    #expect(scaled.status == 0, "\(scaled.errors)")
    #expect(!scaled.output.contains("cache_mib"), "\(scaled.output)")
    let other = try Program.run([
      "report", runs, "--efficiency", costs[2], "--columns", "docvqa", "--format", "markdown",
    ])
    #expect(other.status == 0 && other.output.contains("are not shown"), "\(other.output)")
  }

  @Test(
    arguments: [
      (["--margin", "docvqq=1"], "did you mean \"docvqa\"?"),
      (["--margin", "docvqa/anl=1"], "did you mean \"docvqa/anls\"?"),
      (["--family", "docvqaa"], "did you mean \"docvqa\"?"),
      (["--family", "docvqa,chartqa/relaxed"], "ChartQA has no figure \"relaxed\""),
    ])
  func `a gate that names no figure is wrong usage`(options: [String], mentions: String) throws {
    let runs = try Self.runs.get()
    let outcome = try Program.run(
      ["compare", runs + "/baseline", runs + "/visionzip", "--gate"] + options)
    expectOneSentence(outcome, status: 2, mentions: [mentions])
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
      #expect(text.contains("\\toprule") && text.contains("68.84") && text.contains("OCR"))
      // Few images give intervals that are cut, or none; either is said.
      #expect(text.contains("95 \\% interval"), "\(text)")
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
      (["--published-table", "11"], 2, "runs have no place with --published-table"),
      (["--output", "/proc/none/table.md"], 1, "cannot be created"),
      (["--output", "/tmp"], 1, "this is a folder; name a file"),
      (["--format", "xlsx"], 2, "markdown"),
      (["--efficiency", "/no/file.json"], 1, "/no/file.json"),
    ] as [([String], Int32, String)])
  func `bad input gets one sentence`(
    options: [String], status: Int32, mentions: String
  ) throws {
    let outcome = try Program.run(["report", try Self.runs.get()] + options)
    expectOneSentence(outcome, status: status, mentions: [mentions])
  }

  @Test func `a table that the paper lacks is refused with those it has`() throws {
    let outcome = try Program.run(["report", "--published-table", "11"])
    expectOneSentence(outcome, status: 2, mentions: ["tables are 1 to 10"])
  }
}
