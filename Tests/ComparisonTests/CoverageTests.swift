import Comparison
import DataFormats
import TestSupport
import Testing

@Suite struct CoverageTests {
  @Test func `every vector is reproduced`() throws {
    let lines = try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/coverage.jsonl")
    #expect(!lines.isEmpty)
    for line in lines {
      let id = try line["id"].string()
      let differences = VectorAgreement.differences(
        try CoverageVectors.result(line: line), try line["expected"].value, kind: "coverage")
      #expect(differences.isEmpty, "\(id): \(differences)")
    }
  }

  private func entry(_ id: String, question: String = "q") -> Coverage.Entry {
    Coverage.Entry(id: id, question: question, references: ["r"], status: .answered, score: 1)
  }

  @Test func `a repeated id is an error that names it`() {
    #expect {
      try Coverage([entry("p1"), entry("p1")], [entry("p1")])
    } throws: {
      ($0 as? ComparisonError)?.message.contains("A has the question \"p1\" twice") ?? false
    }
  }

  @Test func `the summary names every class that is not compared`() throws {
    let coverage = try Coverage(
      [entry("a"), entry("b"), entry("c")], [entry("b"), entry("c", question: "other"), entry("d")])
    #expect(coverage.isPartial)
    #expect(
      coverage.summary == "1 of 4 compared; 1 only in A, 1 only in B, 1 changed question")
  }

  /// Swift holds the two spellings of é for equal; the models' input and the files do not.
  @Test func `texts of other code points are other texts`() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let questions = try Coverage(
      [entry("a", question: composed)], [entry("a", question: decomposed)])
    #expect(questions.summary == "0 of 1 compared; 1 changed question")
    var other = entry("a")
    other.references = [decomposed]
    var one = entry("a")
    one.references = [composed]
    #expect(try Coverage([one], [other]).summary == "0 of 1 compared; 1 changed reference")
    #expect(
      try Coverage([entry(composed)], [entry(decomposed)]).summary
        == "0 of 2 compared; 1 only in A, 1 only in B")
  }
}
