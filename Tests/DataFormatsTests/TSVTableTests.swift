import DataFormats
import Foundation
import TestSupport
import Testing

/// CSV's quoting between tabs, as pandas writes it.
struct TSVTableTests {
  @Test(arguments: [
    (#""He said ""no"" twice""#, #"He said "no" twice"#),
    ("\"\"\"\"\"\"", "\"\""),
    ("\"\"\"\"", "\""),
    ("\"two\nlines\tand a tab\"", "two\nlines\tand a tab"),
    ("plain", "plain"),
    (#"5"" wide"#, #"5"" wide"#),
  ])
  func `a cell's quotes are those of CSV`(cell: String, text: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let path = folder + "/t.tsv"
      try Data("index\tquestion\tanswer\n1\t\(cell)\tx\n".utf8).write(
        to: URL(fileURLWithPath: path))
      let table = try TSVTable(contentsOf: path)
      #expect(table.rowCount == 1)
      #expect(try table.rawString(row: 0, column: "question") == text)
      #expect(try table.rawString(row: 0, column: "answer") == "x")
    }
  }
}
