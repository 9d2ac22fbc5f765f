import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

private let folder = TestMaterial.fixtures + "/parquet"

/// The files that hold the six rows of `rows.json`.
private let writers = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
  .sorted().filter { name in
    name.hasSuffix(".parquet")
      && ["pyarrow-", "datasets", "duckdb-", "polars-"].contains { name.hasPrefix($0) }
  }

private func open(_ name: String) throws -> ParquetFile {
  try ParquetFile(path: "\(folder)/\(name)")
}

@Suite struct ParquetFileTests {
  private let rows: [JSONNode]

  init() throws { rows = try JSONNode(contentsOf: "\(folder)/rows.json").list() }

  @Test func everyWriterIsThere() {
    #expect(writers.count == 29)
  }

  @Test(arguments: writers)
  func columnsEqualTheRowsThatWereWritten(name: String) throws {
    let file = try open(name)
    #expect(file.rowCount == 6)
    #expect(
      file.columns.map(\.path) == [
        "id", "question", "number", "score", "flag", "answers", "boxes", "turns.role",
        "turns.content", "image.bytes", "image.path",
      ])
    #expect(try file.strings("id") == rows.map { $0.value["id"]?.stringValue })
    #expect(try file.strings("question") == rows.map { $0.value["question"]?.stringValue })
    #expect(
      try file.integers("number")
        == rows.map { $0.value["number"]?.stringValue.flatMap { Int($0) } })
    #expect(try file.doubles("score") == rows.map { $0.value["score"]?.doubleValue })
    #expect(try file.booleans("flag") == rows.map { $0.value["flag"]?.boolValue })
    #expect(
      try file.stringLists("answers")
        == rows.map { $0.value["answers"]?.arrayValue?.map(\.stringValue) })
    for part in ["role", "content"] {
      let expected = rows.map { $0.value["turns"]?.arrayValue?.map { $0[part]?.stringValue } }
      #expect(try file.stringLists("turns.\(part)") == expected)
    }
    #expect(try file.strings("image.path") == rows.map { $0.value["image"]?["path"]?.stringValue })
    for (index, row) in rows.enumerated() {
      let expected = row.value["image"]?["bytes"]?.stringValue.flatMap { Data(base64Encoded: $0) }
        .map { [UInt8]($0) }
      #expect(try file.bytes(column: "image.bytes", row: index)?.copy() == expected)
    }
  }

  @Test(arguments: writers)
  func rowsReadOneByOneEqualTheColumns(name: String) throws {
    let file = try open(name)
    var reader = try file.rows([
      "question", "answers", "boxes", "image.bytes", "number", "turns.role",
    ])
    let numbers = try file.integers("number")
    var index = 0
    while let row = try reader.next() {
      #expect(row.index == index)
      #expect(try row.optionalString("question") == rows[index].value["question"]?.stringValue)
      #expect(try json(row.value("answers")) == rows[index].value["answers"])
      #expect(try json(row.value("boxes")) == rows[index].value["boxes"])
      #expect(try json(row.value("image.bytes")) == rows[index].value["image"]?["bytes"] ?? .null)
      if let number = numbers[index] { #expect(try row.integer("number") == number) }
      let roles = rows[index].value["turns"]?.arrayValue.map {
        JSONValue.array($0.map { $0["role"] ?? .null })
      }
      #expect(try json(row.value("turns.role")) == roles ?? .null)
      index += 1
    }
    #expect(index == 6)
  }

  @Test(arguments: [
    "datasets.parquet", "pyarrow-no-dictionary.parquet", "duckdb-uncompressed.parquet",
  ])
  func uncompressedImagesAreNotCopied(name: String) throws {
    let file = try open(name)
    let whole = try readFile("\(folder)/\(name)")
    let image = try #require(try file.bytes(column: "image.bytes", row: 1))
    #expect(image.isInFile)
    let bytes = image.copy()
    #expect(bytes.count == 150)
    #expect(whole.indices.contains { whole[$0...].starts(with: bytes) })
    #expect(
      try open("pyarrow-v1-snappy.parquet").bytes(column: "image.bytes", row: 1)?.isInFile == false)
  }

  @Test(arguments: ["long-v1.parquet", "long-v2.parquet"])
  func manyPagesWithDictionaryFallbackAreRead(name: String) throws {
    let file = try open(name)
    #expect(file.rowGroupCount == 3)
    let range = 0..<1500
    #expect(try file.strings("text") == range.map { $0 % 7 == 3 ? nil : "row \($0)" })
    #expect(try file.strings("kind") == range.map { "kind \($0 % 5)" })
    #expect(try file.integers("number") == range.map { $0 * $0 * 1_000_003 % 4001 - 2000 })
    #expect(
      try file.stringLists("words")
        == range.map { i in i % 11 == 5 ? nil : (0..<i % 4).map { "w\(i).\($0)" } })
    let blobs = try file.byteColumn("blob")
    // Forwards, backwards and far apart: what is kept must not matter.
    for row in Array(range) + range.reversed() + (0..<200).map({ $0 * 619 % 1500 }) {
      let expected = row % 5 == 4 ? nil : [UInt8](repeating: UInt8(row % 256), count: row % 9)
      #expect(try blobs.bytes(row: row)?.copy() == expected)
    }
  }

  @Test func deltasOverManyBlocksAreRead() throws {
    let file = try open("long-delta.parquet")
    #expect(try file.integers("number") == (0..<1500).map { $0 * $0 * 1_000_003 % 4001 - 2000 })
    #expect(try file.strings("text") == (0..<1500).map { $0 % 7 == 3 ? nil : "row \($0)" })
  }

  @Test func integersOfAllWidthsKeepTheirExtremes() throws {
    let file = try open("types.parquet")
    #expect(try file.integers("int8") == [-128, 127])
    #expect(try file.integers("uint8") == [0, 255])
    #expect(try file.integers("int16") == [-32768, 32767])
    #expect(try file.integers("uint16") == [0, 65535])
    #expect(try file.integers("int32") == [-2_147_483_648, 2_147_483_647])
    #expect(try file.integers("uint32") == [0, 4_294_967_295])
    #expect(try file.integers("uint64") == [0, Int.max])
    #expect(try file.doubles("float") == [Double(Float(0.1)), .infinity])
    #expect(try file.strings("nothing") == [nil, nil])
    #expect(try file.bytes(column: "fixed", row: 1)?.copy() == [0, 1, 2, 3])
    #expect(try file.doubles("int16") == [-32768, 32767])
  }

  @Test func splitStreamsAreJoined() throws {
    let file = try open("types-split.parquet")
    #expect(try file.integers("int32") == [-2_147_483_648, 2_147_483_647])
    #expect(try file.integers("int64") == [Int.min, Int.max])
    #expect(try file.doubles("float") == [Double(Float(0.1)), .infinity])
    #expect(try file.bytes(column: "fixed", row: 0)?.copy() == Array("abcd".utf8))
  }

  @Test func namesWithDotsAndSlashesAreFound() throws {
    let file = try open("types.parquet")
    #expect(try file.stringLists("operation/reasoning") == [["a"], []])
    #expect(try file.strings("a.b") == ["dot", "dot"])
    #expect(try open("datasets.parquet").stringLists("answers.list.element").count == 6)
    #expect(try open("datasets.parquet").keyValues["huggingface"]?.contains("\"Image\"") == true)
  }

  @Test func aFileWithoutRowsHasEmptyColumns() throws {
    let file = try open("empty.parquet")
    #expect(file.rowCount == 0)
    #expect(try file.strings("question").isEmpty)
    #expect(try file.stringLists("answers").isEmpty)
    var rows = try file.rows(["question"])
    #expect(try rows.next() == nil)
  }

  @Test func aColumnIsReadThoughAnotherIsDamaged() throws {
    // The bytes of the images are noise that stands uncompressed in the file: only whoever asks for
    // them notices.
    var bytes = try readFile("\(folder)/datasets.parquet")
    let image = try #require(try open("datasets.parquet").bytes(column: "image.bytes", row: 0))
      .copy()
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: image) })
    bytes[place - 1] = 0xFF  // the highest byte of the image's length
    let file = try ParquetFile(bytes: bytes, path: "damaged.parquet")
    #expect(try file.strings("question").count == 6)
    #expect(throws: DataFormatError.self) { try file.bytes(column: "image.bytes", row: 0) }
    #expect(throws: DataFormatError.self) { try file.bytes(column: "image.bytes", row: 0) }
  }

  @Test(arguments: [
    ("questoin", "the column \"questoin\" is missing; did you mean \"question\"?"),
    ("image.byte", "the column \"image.byte\" is missing; did you mean \"image.bytes\"?"),
    ("number", "column number: expected strings, found integer"),
    ("answers", "column answers: expected one value per row, found lists of string"),
    ("boxes", "column boxes: expected one value per row, found lists of lists of number"),
  ])
  func whatCannotBeAskedForIsExplained(column: String, message: String) throws {
    let file = try open("datasets.parquet")
    let error = #expect(throws: DataFormatError.self) { try file.strings(column) }
    #expect(error.map { render($0) } == "\(folder)/datasets.parquet: \(message)")
  }

  @Test func rowsComplainWithTheirNumber() throws {
    var reader = try open("datasets.parquet").rows(["question", "answers", "number"])
    _ = try reader.next()
    _ = try reader.next()
    let row = try #require(try reader.next())
    let error = #expect(throws: DataFormatError.self) { try row.string("question") }
    #expect(
      error.map { render($0) }?.hasSuffix("row 3, column question: expected a string, found null")
        == true)
    #expect(try row.strings("answers") == [])
    let fourth = try #require(try reader.next())
    #expect(throws: DataFormatError.self) { try fourth.strings("answers") }
    #expect(throws: DataFormatError.self) { try fourth.value("id") }
    #expect(throws: DataFormatError.self) { try fourth.string("number") }
  }

  @Test(arguments: [-1, 6, Int.max, Int.min])
  func aRowOutsideTheFileIsAnError(row: Int) throws {
    let file = try open("datasets.parquet")
    #expect(throws: DataFormatError.self) { try file.bytes(column: "image.bytes", row: row) }
  }

  @Test func manyThreadsMayAskForImages() async throws {
    let file = try open("long-v1.parquet")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for start in 0..<4 {
        group.addTask {
          for row in stride(from: start, to: 1500, by: 7) {
            let expected = row % 5 == 4 ? nil : [UInt8](repeating: UInt8(row % 256), count: row % 9)
            guard try file.bytes(column: "blob", row: row)?.copy() == expected else { return false }
          }
          return true
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  /// The value as `rows.json` writes it.
  private func json(_ value: ParquetValue) -> JSONValue {
    switch value {
    case .null: .null
    case .boolean(let flag): .bool(flag)
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .bytes(let bytes): .string(Data(bytes.copy()).base64EncodedString())
    case .list(let items): .array(items.map(json))
    }
  }
}
