import DataFormats
import Diagnostics
import TestSupport
import Testing

@Suite struct XLSXTableTests {
  static let folder = TestMaterial.fixtures + "/answers"

  @Test func cellsAreTheStringsThatTheFileHolds() throws {
    let table = try XLSXTable(contentsOf: Self.folder + "/vlmevalkit/model_ChartQA_TEST.xlsx")
    #expect(table.columns == ["index", "question", "answer", "split", "prediction"])
    #expect(
      table.rows == [
        ["1", "How many bars?", "007", "test_human", "007"],
        ["2", "Tom & Jerry", "0.57", "test_human", "None"],
        ["3", "rich ", "True", "test_augmented", ""],
        ["4", "two\nlines", "x", "test_augmented", "a\u{0B}b_c"],
      ])
    #expect(table.string(row: 0, column: "nothing") == nil)
    // Row 5 is not in the sheet, and rows are named as a spreadsheet program counts them.
    #expect(table.location(row: 3).place == "row 6")
  }

  @Test(arguments: [
    "_x0041_", "a_x005F_b", "_x0041_x0042_", "_x005F_x0041_", "\u{1}x0041_", "__x0041__",
    "_x004_", "_X0041_", "_x00g1_", "_x0041", "a\u{B}_x000B_", "<&>_x0026_", "\r_x000D_",
  ])
  func `what is written is what is read`(text: String) throws {
    let document = XLSXDocument(columns: ["index", text], rows: [["1", text]])
    let table = try XLSXTable(document.bytes, file: "f")
    #expect(table.columns == ["index", text] && table.rows == [["1", text]])
  }

  @Test func entriesThatAreOnlyStoredAreRead() throws {
    let table = try XLSXTable(contentsOf: Self.folder + "/xlsx/stored.xlsx")
    #expect(table.rows == [["1", "é"]])
  }

  @Test(arguments: [
    ("not-a-zip", "this is no xlsx file"), ("cut-off", "this is no xlsx file"),
    ("no-workbook", "no xlsx workbook"),
    ("empty", "the sheet is empty"), ("bad-string", "row 1: a cell names the shared string 99"),
    ("doctype", "document type definition"),
    ("bomb-declared", "claims 3221225472 bytes"), ("bomb-ratio", "more than deflate can reach"),
    ("bomb-actual", "more than the 1000 bytes that it declares"),
  ])
  func whatIsNoWorkbookIsRefusedInOneSentence(name: String, mentioned: String) throws {
    let path = "\(Self.folder)/xlsx/\(name).xlsx"
    let error = #expect(throws: DataFormatError.self) { try XLSXTable(contentsOf: path) }
    let sentence = error.map { render($0) } ?? ""
    #expect(
      sentence.hasPrefix(path) && sentence.contains(mentioned) && !sentence.contains("\n"),
      "\(sentence)")
  }

  @Test func everyFlippedByteIsReadOrRefused() throws {
    let bytes = try readFile(Self.folder + "/vlmevalkit/model_ChartQA_TEST.xlsx")
    let whole = try XLSXTable(bytes, file: "f").rows
    var refused = 0
    for place in bytes.indices {
      var spoilt = bytes
      spoilt[place] ^= 0xFF
      do {
        _ = try XLSXTable(spoilt, file: "f")
      } catch {
        refused += 1
      }
    }
    for count in 0..<bytes.count {
      #expect(throws: DataFormatError.self) { try XLSXTable(Array(bytes.prefix(count)), file: "f") }
    }
    #expect(refused > bytes.count / 2 && whole.count == 4)
  }
}
