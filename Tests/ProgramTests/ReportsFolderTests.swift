import Foundation
import TestSupport
import Testing

/// What lies in Reports/ is what its commands print.
@Suite struct ReportsFolderTests {
  private func committed(_ file: String) throws -> String {
    try String(contentsOfFile: TestMaterial.project + "/Reports/" + file, encoding: .utf8)
  }

  @Test(arguments: 1...10, ["markdown", "latex"])
  func `a table of the paper is what its command prints`(number: Int, format: String) throws {
    let outcome = try Program.run([
      "report", "--published-table", String(number), "--format", format,
    ])
    let ending = format == "latex" ? "tex" : "md"
    #expect(try outcome.output == committed("paper/table-\(number).\(ending)"))
  }

  @Test(
    arguments: [
      "vicuna-7b", "vicuna-13b", "llama3-8b", "qwen2-7b", "phi3-mini", "internlm2.5-7b",
    ])
  func `costs from shapes are what their command prints`(shape: String) throws {
    let outcome = try Program.run([
      "efficiency", "--flops-only", "--shape", shape, "--format", "markdown",
    ])
    #expect(try outcome.output == committed("efficiency/\(shape).md"))
  }
}
