import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import DataFormats

/// Lists of byte strings, row by row in any order: every writer, page version and codec, rows whose
/// list spans pages, and damage.
@Suite struct ParquetListTests {
  private static let folder = TestMaterial.fixtures + "/parquet"
  /// Pages of any size are then decompressed value by value.
  private static let streaming = ParquetLimits(streamedPageBytes: 1)

  private static let files = [
    "datasets", "duckdb-gzip", "duckdb-snappy", "duckdb-uncompressed", "duckdb-zstd",
    "polars-gzip", "polars-snappy", "polars-uncompressed", "polars-zstd", "pyarrow-checksums",
    "pyarrow-delta-byte-array-v1", "pyarrow-delta-length-byte-array-v2", "pyarrow-format-1.0",
    "pyarrow-list-item", "pyarrow-no-dictionary", "pyarrow-one-row-pages",
    "pyarrow-one-row-pages-v2", "pyarrow-row-groups", "pyarrow-v1-gzip", "pyarrow-v1-none",
    "pyarrow-v1-snappy", "pyarrow-v1-zstd", "pyarrow-v2-gzip", "pyarrow-v2-none",
    "pyarrow-v2-snappy", "pyarrow-v2-zstd",
  ]

  /// What `rows.json` says about the column `answers`.
  private static func expected() throws -> [[String?]?] {
    try JSONNode(contentsOf: folder + "/rows.json").list().map { row in
      try row.optional("answers")?.list().map { $0.value.stringValue }
    }
  }

  private static func texts(_ list: [ParquetBytes?]?) -> [String?]? {
    list?.map { $0.map { String(decoding: $0.copy(), as: UTF8.self) } }
  }

  @Test(arguments: files, [0, 1])
  func `lists are read in every order of the rows`(name: String, streams: Int) throws {
    let expected = try Self.expected()
    let limits = streams == 1 ? Self.streaming : ParquetLimits()
    let path = "\(Self.folder)/\(name).parquet"
    for order in [Array(expected.indices), expected.indices.reversed(), [3, 0, 4, 1, 5, 2, 3]] {
      let column = try ParquetFile(path: path, limits: limits).byteColumn("answers")
      for row in order {
        #expect(Self.texts(try column.list(row: row)) == expected[row])
        #expect(try column.count(row: row) == expected[row]?.count ?? 0)
      }
    }
  }

  /// What is done for every element, and once more for the rows' counts, grows with them and not
  /// with their squares.
  @Test(arguments: files, [0, 1])
  func `elements in order read every value once and every page once`(
    name: String, streams: Int
  ) throws {
    let expected = try Self.expected()
    let limits = streams == 1 ? Self.streaming : ParquetLimits()
    let path = "\(Self.folder)/\(name).parquet"
    let whole = try ParquetFile(path: path, limits: limits).byteColumn("answers")
    for row in expected.indices { _ = try whole.list(row: row) }
    let column = try ParquetFile(path: path, limits: limits).byteColumn("answers")
    for row in expected.indices {
      let list = expected[row] ?? []
      for place in list.indices {
        let bytes = try column.element(place, row: row)
        #expect(bytes.map { String(decoding: $0.copy(), as: UTF8.self) } == list[place])
      }
      #expect(try column.element(list.count, row: row) == nil)
      #expect(try column.count(row: row) == list.count)
    }
    #expect(column.work == whole.work)
    #expect(column.work.values == expected.reduce(0) { $0 + ($1 ?? []).count { $0 != nil } })
  }

  @Test(arguments: files, [0, 1]) func `counting decodes no value`(
    name: String, streams: Int
  ) throws {
    let limits = streams == 1 ? Self.streaming : ParquetLimits()
    let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet", limits: limits)
    for name in ["answers", "image.bytes", "question"] where file.has(column: name) {
      let column = try file.byteColumn(name)
      let counts = try (0..<column.rowCount).map { try column.count(row: $0) }
      #expect(column.work == .init())
      // And counts what reading finds.
      #expect(
        try counts == (0..<column.rowCount).map { try column.list(row: $0)?.count ?? 0 })
    }
  }

  @Test func `a column of single values is a list of at most one`() throws {
    let column = try ParquetFile(path: Self.folder + "/datasets.parquet").byteColumn("image.bytes")
    #expect(try column.list(row: 0)?.count == 1)
    #expect(try column.list(row: 2) == nil)
    #expect(try column.count(row: 2) == 0)
  }

  @Test func `one value is not asked of a list`() throws {
    let column = try ParquetFile(path: Self.folder + "/datasets.parquet").byteColumn("answers")
    let error = #expect(throws: DataFormatError.self) { try column.bytes(row: 0) }
    #expect(error.map(render)?.contains("expected one value per row, found lists") == true)
    #expect(throws: DataFormatError.self) { try column.list(row: 6) }
  }

  /// `texts: list<string>`, all required, one page per element of `pages`.
  private static func file(
    _ pages: [(repetition: [UInt8], definition: [UInt8], texts: [String])], rowCount: Int
  ) -> [UInt8] {
    let schema = [
      ParquetBuilder.element("texts", children: 1, converted: 3),
      ParquetBuilder.element("list", repetition: 2, children: 1),
      ParquetBuilder.element("element", type: 6, repetition: 1, converted: 0),
    ]
    let body = pages.flatMap { page in
      ParquetBuilder.page(
        ParquetBuilder.levels(page.repetition) + ParquetBuilder.levels(page.definition)
          + ParquetBuilder.strings(page.texts), valueCount: page.repetition.count)
    }
    let count = pages.reduce(0) { $0 + $1.repetition.count }
    return ParquetBuilder.bytes(
      [.init(schema: schema, pages: body, valueCount: count)], rowCount: rowCount)
  }

  @Test func `a list may go on over any number of pages`() throws {
    let bytes = Self.file(
      [
        ([0, 1, 0], [2, 2, 0], ["a", "b"]), ([0, 1], [2, 1], ["c"]),
        ([1, 1], [2, 2], ["d", "e"]),
        ([1], [2], ["f"]), ([0], [2], ["g"]),
      ], rowCount: 4)
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2]] {
      let column = try ParquetFile(bytes: bytes, path: "x.parquet").byteColumn("texts")
      let rows: [[String?]] = [["a", "b"], [], ["c", nil, "d", "e", "f"], ["g"]]
      for row in order { #expect(Self.texts(try column.list(row: row)) == rows[row]) }
    }
  }

  @Test(
    arguments: [
      ([([1, 0], [2, 2], ["a", "b"])], 1, "begins in the middle of a list"),
      ([([0, 1], [0, 2], ["a"])], 1, "contradict each other"),
      ([([0, 1], [2, 0], ["a"])], 1, "contradict each other"),
      ([([0, 0], [2, 2], ["a", "b"])], 1, "more rows than the 1"),
      ([([0, 1], [2, 2], ["a", "b"])], 2, "hold 1 rows where the footer declares 2"),
    ] as [([([UInt8], [UInt8], [String])], Int, String)])
  func `levels that contradict each other are damage`(
    pages: [([UInt8], [UInt8], [String])], rowCount: Int, complaint: String
  ) throws {
    let bytes = Self.file(
      pages.map { (repetition: $0.0, definition: $0.1, texts: $0.2) }, rowCount: rowCount)
    let column = try ParquetFile(bytes: bytes, path: "x.parquet").byteColumn("texts")
    for _ in 0..<2 {
      let error = #expect(throws: DataFormatError.self) { try column.list(row: rowCount - 1) }
      #expect(error.map(render)?.contains(complaint) == true)
    }
  }

  @Test(arguments: ["pyarrow-v1-snappy", "pyarrow-v2-zstd", "pyarrow-v1-none"])
  func `every flipped byte is survived`(name: String) throws {
    let bytes = try readFile("\(Self.folder)/\(name).parquet")
    for place in stride(from: 4, to: bytes.count - 8, by: 17) {
      var damaged = bytes
      damaged[place] ^= 0x55
      for limits in [ParquetLimits(), Self.streaming] {
        guard
          let column = try? ParquetFile(bytes: damaged, path: "x.parquet", limits: limits)
            .byteColumn("answers")
        else { continue }
        for row in 0..<min(column.rowCount, 8) { _ = try? column.list(row: row) }
      }
    }
  }
}
