import Foundation
import TestSupport
import Testing

/// LaTeX is compiled, not looked at.
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
