import Benchmarks
import DataFormats
import TestSupport
import Testing

@Suite struct FigureVectorTests {
  @Test func `every vector is reproduced`() throws {
    let lines = try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/figures.jsonl")
    #expect(!lines.isEmpty)
    for line in lines {
      let id = try line["id"].string()
      let differences = VectorAgreement.differences(
        try FigureVectors.result(line: line), try line["expected"].value, kind: "resample")
      #expect(differences.isEmpty, "\(id): \(differences)")
    }
  }
}
