import Foundation
import TestSupport
import Testing

/// LaTeX is compiled; that a table fits its page is in TeX's log.
@Suite struct LaTeXCompileTests {
  private func compile(_ tex: String, in folder: String) throws -> Int32 {
    try ChildProcess.run(
      "/usr/bin/pdflatex", ["-interaction=nonstopmode", "-halt-on-error", tex], folder: folder,
      atMost: 120
    ).status
  }

  @Test(.enabled(if: Peers.areInstalled, "\(Peers.reason)"))
  func `the paper's tables compile as they are and inside a document`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      for number in 1...10 {
        let outcome = try Program.run([
          "report", "--published-table", String(number), "--output", folder + "/table\(number).tex",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try compile("table\(number).tex", in: folder) == 0, "table \(number)")
      }
      let inputs = (1...10).map { "\\input{table\($0)}" }.joined(separator: "\n")
      try
        "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n\(inputs)\n\\end{document}\n"
        .write(toFile: folder + "/paper.tex", atomically: true, encoding: .utf8)
      #expect(try compile("paper.tex", in: folder) == 0)
    }
  }

  /// Four methods of the trained miniature on the nine benchmarks, two questions each.
  private static let fourByNine: Result<String, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "four-by-nine-\(getpid())"
    ).path
    let miniature = Program.samples + "/miniature"
    let benchmarks = [
      "docvqa", "chartqa", "infovqa", "ocrbench", "textvqa", "mmbench", "mme", "refcoco", "ccpdf",
    ]
    for method in ["baseline", "proxyv", "visionzip", "pyramiddrop"] {
      let model = miniature + (method == "proxyv" ? "/proxyv" : "/baseline")
      let outcome = try Program.run(
        ["run"] + benchmarks + [
          "--model", model, "--method", method, "--aspect", "pad", "--limit", "2", "--data",
          miniature + "/data", "--output", folder + "/" + method,
        ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    return folder
  }

  @Test(
    .enabled(if: Peers.areInstalled, "\(Peers.reason)"),
    arguments: [
      [], ["--no-intervals"], ["--published", "vicuna-7b/baseline,vicuna-7b/visionzip"],
      ["--columns", "fine"],
    ])
  func `four methods on nine benchmarks fit a page`(options: [String]) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let runs = try Self.fourByNine.get()
      let outcome = try Program.run(
        ["report", runs, "--layout", "paper", "--output", folder + "/t.tex"] + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let text = try String(contentsOfFile: folder + "/t.tex", encoding: .utf8)
      #expect(text.contains("dominant=") && text.contains("contextual=") && !text.contains("ldots"))
      #expect(try compile("t.tex", in: folder) == 0)
      let log = try String(contentsOfFile: folder + "/t.log", encoding: .isoLatin1)
      #expect(!log.contains("Overfull"), "\(log)")
      #expect(log.contains("Output written on t.pdf (1 page"), "\(log)")
    }
  }

  @Test(.enabled(if: Peers.areInstalled, "\(Peers.reason)"))
  func `the table of runs with hostile names compiles`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let runs = try ReportProgramTests.runs.get()
      let outcome = try Program.run([
        "report", runs, "--layout", "paper", "--intervals", "--published", "vicuna-7b", "--rename",
        "baseline=50% & $x_1 \\input{/etc/passwd} 中文 é ~^#{}", "--output", folder + "/t.tex",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try compile("t.tex", in: folder) == 0)
    }
  }
}
