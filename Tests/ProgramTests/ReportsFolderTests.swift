import Foundation
import TestSupport
import Testing

/// What lies in Reports/ is what `Scripts/reports` makes.
@Suite struct ReportsFolderTests {
  private static let committed = TestMaterial.project + "/Reports"
  private static let derive = TestMaterial.project + "/Scripts/published/derive.py"
  private static let python = "/usr/bin/python3"
  private static let hasPython = FileManager.default.isExecutableFile(atPath: python)

  private func reports(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run(TestMaterial.project + "/Scripts/reports", arguments)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `tables that follow from data and shapes are what the script makes`() throws {
    let made = try TemporaryFolder()
    let outcome = try reports([Program.path, "--output", made.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("skipped predictions/"), "\(outcome.errors)")
    for folder in ["paper", "efficiency"] {
      let files = try names(made.path + "/" + folder)
      #expect(try names(Self.committed + "/" + folder) == files && files.count >= 6)
      for file in files {
        let path = "/\(folder)/\(file)"
        #expect(try text(made.path + path) == text(Self.committed + path), "\(path)")
      }
    }
  }

  @Test(.enabled(if: TestMaterial.hasShared && hasPython, "\(TestMaterial.needsShared)"))
  func `published answers give the figures that lie in Reports`() throws {
    let shared = try #require(TestMaterial.shared)
    let outcome = try ChildProcess.run(
      Self.python,
      [Self.derive, "--program", Program.path, "--predictions", shared + "/samples"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(try outcome.output == text(Self.committed + "/predictions/README.md"))
  }

  @Test(.enabled(if: hasPython, "needs python3"))
  func `a set of answers that is not there is named and left out`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      Self.python, [Self.derive, "--program", Program.path, "--predictions", folder.path])
    #expect(outcome.status == 0)
    let derived = try text(Self.committed + "/predictions/README.md").split(separator: "\n")
      .filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) }
    let skipped = outcome.errors.split(separator: "\n")
    #expect(skipped.count == derived.count && derived.count >= 12)
    for (line, title) in zip(skipped, derived) {
      #expect(line.hasPrefix("reports: skipped \(title): no "), "\(line)")
    }
    #expect(!outcome.output.contains("## "))
  }

  @Test(arguments: ["night", "peers"])
  func `what was measured names machine, date and commit`(folder: String) throws {
    let page = try text("\(Self.committed)/\(folder)/README.md")
    let line = /Measured \d{4}-\d\d-\d\d, commit [0-9a-f]{8}, on \S.+,\n\d+ processors, \d+ GiB/
    #expect(page.contains(line), "\(page.prefix(400))")
  }

  @Test(arguments: [
    (["--predictions"], Int32(2), "reports: --predictions needs a folder behind it"),
    (["--nights"], 2, "reports: unknown option \"--nights\""),
    (["no-such-program"], 1, "reports: no program at no-such-program"),
    ([Program.path, "--predictions", "no-such-folder"], 1, "reports: no folder no-such-folder"),
  ])
  func `a wrong argument gets one sentence`(
    arguments: [String], status: Int32, sentence: String
  ) throws {
    let outcome = try reports(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.hasPrefix(sentence), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
