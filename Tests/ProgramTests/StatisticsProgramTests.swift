import DataFormats
import Foundation
import TestSupport
import Testing

/// The vectors through `proxyv-eval statistics`, as another implementation would be compared with
/// it.
@Suite struct StatisticsProgramTests {
  static let folder = TestMaterial.fixtures + "/golden/statistics"
  static let names = [
    "prng", "distributions", "mean", "mcnemar", "multiplicity", "resample", "figures", "coverage",
    "gate", "change_points", "edivisive_permutation", "power",
  ]

  @Test(arguments: names) func `every line comes back with its id and its result`(
    name: String
  ) throws {
    let text = try String(contentsOfFile: "\(Self.folder)/\(name).jsonl", encoding: .utf8)
    let outcome = try Program.run(["statistics", name], input: text)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let results = try outcome.output.split(separator: "\n").map { try JSONValue.parse(String($0)) }
    let lines = try text.split(separator: "\n").map { try JSONValue.parse(String($0)) }
    try #require(results.count == lines.count)
    for (line, result) in zip(lines, results) {
      let kind = line["kind"]?.stringValue ?? ""
      let differences = VectorAgreement.differences(
        result["result"] ?? .null, line["expected"] ?? .null,
        kind: name == "figures" ? "resample" : kind)
      #expect(result["id"] == line["id"])
      #expect(differences.isEmpty, "\(line["id"]?.text() ?? ""): \(differences)")
    }
  }

  @Test func `an unknown name is wrong usage, with the nearest one`() throws {
    let outcome = try Program.run(["statistics", "prgn"], input: "")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("prng"))
  }

  @Test func `a line that lacks an input is named`() throws {
    let outcome = try Program.run(
      ["statistics", "power"],
      input: #"{"id": "x", "kind": "minimum_detectable", "se": 1, "alpha": 0.05}"# + "\n")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("line 1"))
    #expect(outcome.errors.contains("power"))
  }
}
