import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Columns of text in place must say the same as columns of strings.
@Suite struct ParquetTextsTests {
  static let folder = TestMaterial.fixtures + "/parquet"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".parquet") && !$0.hasPrefix("refused") }.sorted()

  @Test func thereAreFiles() { #expect(Self.files.count > 25) }

  @Test(arguments: files) func everyColumnOfTextEqualsItsStrings(name: String) throws {
    let file = try ParquetFile(path: "\(Self.folder)/\(name)")
    for column in file.columns where column.type == .string && column.listDepth <= 1 {
      let texts = try file.texts(column.path)
      #expect(texts.rowCount == file.rowCount)
      if column.listDepth == 0 {
        let strings = try file.strings(column.path)
        for row in 0..<file.rowCount { #expect(try texts.text(row) == strings[row]) }
        #expect(texts.byteCount == strings.reduce(0) { $0 + ($1?.utf8.count ?? 0) })
      } else {
        let lists = try file.stringLists(column.path)
        for row in 0..<file.rowCount { #expect(try texts.texts(row) == lists[row]) }
        #expect(
          texts.byteCount
            == lists.reduce(0) { $0 + ($1 ?? []).reduce(0) { $0 + ($1?.utf8.count ?? 0) } })
      }
    }
  }

  private func message(
    _ bytes: [UInt8], _ body: (ParquetTexts) throws -> Void = { _ in }
  ) -> String? {
    do {
      try body(try ParquetFile(bytes: bytes, path: "x.parquet").texts("text"))
      return nil
    } catch {
      return render(error)
    }
  }

  @Test func textThatIsNotUTF8IsAnErrorOfItsRow() {
    var builder = ParquetBuilder()
    builder.pages = ParquetBuilder.page([1, 0, 0, 0, 65, 1, 0, 0, 0, 0xFF], valueCount: 2)
    #expect(message(builder.bytes) { _ = try $0.text(0) } == nil)
    #expect(
      message(builder.bytes) { _ = try $0.text(1) }
        == "x.parquet: column text, row 2: the text is not valid UTF-8")
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = ParquetBuilder().bytes
    for count in 0..<bytes.count { #expect(message(Array(bytes.prefix(count))) != nil) }
  }

  @Test func columnsOfOtherTypesAreRefused() throws {
    let file = try ParquetFile(path: Self.folder + "/types.parquet")
    for column in file.columns where [.integer, .number, .boolean].contains(column.type) {
      #expect(throws: DataFormatError.self) { try file.texts(column.path) }
    }
  }
}
