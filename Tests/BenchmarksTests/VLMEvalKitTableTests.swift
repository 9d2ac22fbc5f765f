import Benchmarks
import Evaluation
import Foundation
import TestSupport
import Testing

/// What users' tables hold in their cells.
@Suite struct VLMEvalKitTableTests {
  private static let image = Data(repeating: 7, count: 60).base64EncodedString()

  private func samples(_ rows: String) throws -> [Sample] {
    try TestMaterial.withTemporaryFolder { folder in
      try Data("index\timage\tquestion\tanswer\n\(rows)".utf8).write(
        to: URL(fileURLWithPath: folder + "/DocVQA_VAL.tsv"))
      return try OpenedData(DocVQA(), path: folder).samples
    }
  }

  @Test func quotedCellsListLiteralsAndSharedImagesAreRead() throws {
    let found = try samples(
      "1\t\(Self.image)\t\"a\t\"\"b\"\"\nc\"\t\"['x', \"\"it's\"\"]\"\n2\t1\tq\tplain\n")
    #expect(found.map(\.question) == ["a\t\"b\"\nc", "q"])
    #expect(found.map(\.references) == [["x", "it's"], ["plain"]])
    #expect(found[0].image?.identity == found[1].image?.identity)
    #expect(try found[1].image?.load() == [UInt8](repeating: 7, count: 60))
  }

  @Test(arguments: [
    (
      "1\t9\tq\ta\n",
      """
      row 1 (line 2), column image: the image refers to the row with index \"9\", which does \
      not exist
      """
    ),
    ("1\t2\tq\ta\n2\t1\tq\ta\n", "which holds no image itself"),
    ("1\tx\t\"q\ta\n", "line 2: a quote is opened here and never closed"),
    ("1\tx\tq\n", "line 2: the row has 3 cells but the header names 4 columns"),
    ("1\t\(Self.image)\tq\t[__import__('os')]\n", "names and calls are never evaluated"),
    ("1\t\(Self.image)\tq\ta\n1\t\(Self.image)\tq\ta\n", "the index \"1\" is used twice"),
  ])
  func brokenTablesAreRefusedByFileAndRow(rows: String, mentioned: String) {
    let error = #expect(throws: (any Error).self) { try samples(rows) }
    #expect(error.map { "\($0)" }?.contains(mentioned) == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func invalidBase64IsAnErrorOfItsSample() throws {
    let found = try samples("1\t\(String(repeating: "!", count: 80))\tq\ta\n")
    let error = #expect(throws: EvaluationError.self) { try found[0].image?.load() }
    #expect(error?.code == .unreadableImage)
  }
}
