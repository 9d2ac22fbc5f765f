import DataFormats
import Diagnostics
import TestSupport
import Testing

private let folder = TestMaterial.fixtures + "/parquet"

@Suite struct ParquetHostileTests {
  private func message(_ bytes: [UInt8], _ column: String = "text") -> String? {
    do {
      _ = try ParquetFile(bytes: bytes, path: "x.parquet").strings(column)
      return nil
    } catch {
      return render(error)
    }
  }

  private func message(_ change: (inout ParquetBuilder) -> Void) -> String? {
    var builder = ParquetBuilder()
    change(&builder)
    return message(builder.bytes)
  }

  @Test func theBuilderWritesAFileThatIsRead() throws {
    #expect(
      try ParquetFile(bytes: ParquetBuilder().bytes, path: "x.parquet").strings("text") == [
        "one", "two",
      ])
  }

  @Test func whatIsNoParquetFileIsSaidToBeNone() {
    #expect(message([]) == "x.parquet: this is not a Parquet file: it does not begin with PAR1")
    #expect(
      message(Array("index\timage\tquestion\n".utf8))
        == "x.parquet: this is not a Parquet file: it does not begin with PAR1")
    #expect(
      message(Array("version https://git-lfs.github.com/spec/v1\noid sha256:1".utf8))?.contains(
        "this is a Git LFS pointer") == true)
    #expect(throws: DataFormatError.self) { try ParquetFile(path: "/nonexistent/x.parquet") }
    #expect(throws: DataFormatError.self) { try ParquetFile(path: folder) }
  }

  @Test func aWrongFooterIsNamed() {
    let bytes = ParquetBuilder().bytes
    #expect(
      message(Array(bytes.dropLast(4)) + Array("PAR2".utf8))
        == "x.parquet: the file does not end with PAR1; it is cut off or still being written")
    #expect(
      message(Array(bytes.dropLast(4)) + Array("PARE".utf8))
        == "x.parquet: the file has an encrypted footer, which is not supported")
    let long = Array(bytes.dropLast(8)) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("PAR1".utf8)
    #expect(
      message(long) == "x.parquet: the footer claims 4294967295 bytes in a file of \(bytes.count)")
    let short = Array(bytes.dropLast(8)) + [9, 0, 0, 0] + Array("PAR1".utf8)
    #expect(message(short)?.hasPrefix("x.parquet: the footer is damaged") == true)
  }

  @Test func countsThatTheBytesCannotHoldAreRefused() {
    #expect(
      message { ($0.rowCount, $0.valueCount) = (1 << 40, 1 << 40) }
        == "x.parquet: column text, row group 1 claims 1099511627776 values, which its 39 bytes cannot hold"
    )
    #expect(
      message { $0.valueCount = 1 << 40 }
        == "x.parquet: column text, row group 1 claims 1099511627776 values for 2 rows")
    #expect(message { $0.rowCount = -1 } == "x.parquet: row group 1 claims -1 rows")
    #expect(
      message { ($0.rowCount, $0.valueCount) = (3, 3) }
        == "x.parquet: column text, row group 1: "
        + "the pages of the column chunk hold 1 values fewer than the footer declares"
    )
    #expect(
      message {
        $0.pages = ParquetBuilder.page(ParquetBuilder.strings(["a"]), valueCount: Int(Int32.max))
      }?
      .hasSuffix("a page claims 2147483647 values where the column chunk has 2 left") == true)
    #expect(
      message { builder in
        (builder.rowCount, builder.valueCount) = (1 << 25, 1 << 25)
        builder.pages =
          ParquetBuilder.page([], valueCount: 1 << 25) + [UInt8](repeating: 0, count: 100)
      }?.hasSuffix("a page claims 33554432 values, more than the limit of 16777216") == true)
  }

  @Test func placesOutsideTheFileAreRefused() {
    #expect(
      message { $0.compressedByteCount = 1 << 50 }?
        .hasSuffix(
          "the column chunk claims 1125899906842624 bytes from offset 4, outside the file's data")
        == true)
    for offset in [Int.min, -1, 0, 3, 1 << 40, Int.max] {
      #expect(message { $0.pageOffset = offset }?.contains("outside the file's data") == true)
    }
    for length in [-1, Int.min, Int.max] {
      #expect(
        message { $0.compressedByteCount = length }?.contains("outside the file's data") == true)
    }
    #expect(
      message { $0.pages = ParquetBuilder.page([1, 2, 3], valueCount: 2, compressed: 1000) }?
        .hasSuffix("a page claims 1000 bytes where the column chunk has 3 left") == true)
    #expect(
      message { $0.pages = ParquetBuilder.page([1, 2, 3], valueCount: 2, compressed: -5) } != nil)
  }

  @Test(arguments: [(4, "Brotli"), (3, "LZO"), (5, "LZ4"), (7, "LZ4_RAW")])
  func unsupportedCompressionIsNamed(codec: Int, name: String) {
    #expect(
      message { $0.codec = codec }
        == "x.parquet: column text, row group 1: the compression \(name) is not supported; "
        + "rewrite the file with Snappy, Zstandard or gzip")
  }

  @Test func unknownNumbersAreNamed() {
    #expect(
      message { $0.codec = 99 }
        == "x.parquet: column text, row group 1: the unknown compression number 99 is not supported"
    )
    #expect(
      message { $0.pages = ParquetBuilder.page([], valueCount: 2, encoding: 77) }?.contains(
        "the encoding number 77") == true)
    #expect(
      message { $0.schema = [ParquetBuilder.element("text", type: 44)] }?.contains(
        "the unknown physical type 44") == true)
    #expect(
      message { builder in
        builder.schema = [ParquetBuilder.element("text", type: 6, repetition: 1)]
        builder.pages = ParquetBuilder.page(
          ParquetBuilder.strings(["a", "b"]), valueCount: 2, levelEncoding: 4)
      }?.hasSuffix("definition levels in the encoding BIT_PACKED are not supported") == true)
    #expect(
      message { $0.pages = ParquetBuilder.page([], valueCount: 2, encoding: 5) }?.contains(
        "DELTA_BINARY_PACKED") == true)
  }

  @Test(arguments: [
    ("refused-brotli.parquet", "id", "Brotli"), ("refused-lz4.parquet", "id", "LZ4_RAW"),
    ("refused-int96.parquet", "stamp", "int96"),
    ("refused-types.parquet", "stamp", "timestamp"), ("refused-types.parquet", "day", "date"),
    ("refused-types.parquet", "hour", "time"), ("refused-types.parquet", "price", "decimal"),
    ("refused-types.parquet", "half", "float16"), ("types.parquet", "huge", "18446744073709551615"),
  ])
  func realFilesWithUnsupportedColumnsAreRefusedByName(
    name: String, column: String, word: String
  ) throws {
    let file = try ParquetFile(path: "\(folder)/\(name)")
    let error = #expect(throws: DataFormatError.self) { try file.strings(column) }
    #expect(error?.code == .unsupportedFeature)
    #expect(error.map { render($0) }?.contains(word) == true)
    #expect(error?.location?.place == "column \(column), row group 1")
    if name == "refused-types.parquet" { #expect(try file.strings("fine") == ["fine"]) }
  }

  @Test func encryptedAndExternalColumnsAreRefused() throws {
    #expect(
      message { $0.chunkFields = [8: .fields([:])] }
        == "x.parquet: column text, row group 1: the column is encrypted, which is not supported")
    #expect(
      message { $0.footerFields = [8: .fields([:])] }
        == "x.parquet: the file is encrypted, which is not supported")
    #expect(
      message { $0.chunkFields = [1: .text("../other.parquet")] }
        == "x.parquet: column text, row group 1: "
        + "the column lies in another file (../other.parquet), which is not supported"
    )
  }

  @Test func aChunkThatContradictsTheSchemaIsRefused() {
    #expect(
      message { $0.columnFields = [1: .int(2)] }?.contains("has the physical type 2, the schema 6")
        == true)
    #expect(
      message { $0.columnFields = [3: .list([.text("other")])] }
        == "x.parquet: row group 1 has the column other where the schema has text")
    #expect(
      message { $0.rootChildCount = 2 }
        == "x.parquet: the schema is damaged: a group lacks some of its children")
    #expect(
      message { $0.rootChildCount = 0 }
        == "x.parquet: the schema is damaged: 1 of its elements belong to no group")
    let deep =
      (0..<100).map { ParquetBuilder.element("group \($0)", children: 1) } + [
        ParquetBuilder.element("text", type: 6)
      ]
    #expect(message { $0.schema = deep } == "x.parquet: the schema nests more than 32 groups")
  }

  @Test func impossibleSizesAreRefusedBeforeMemoryIsTaken() {
    let huge = Int(Int32.max)
    for (codec, word) in [(1, "Snappy"), (2, "gzip")] {
      let found = message {
        $0.codec = codec
        $0.pages = ParquetBuilder.page([1, 2, 3], valueCount: 2, uncompressed: 100_000_000)
      }
      #expect(
        found?.hasSuffix(
          "a page of 3 compressed bytes claims 100000000 bytes, more than \(word) can reach")
          == true)
    }
    for codec in [1, 2, 6] {
      let found = message {
        $0.codec = codec
        $0.pages = ParquetBuilder.page([1, 2, 3], valueCount: 2, uncompressed: huge)
      }
      #expect(
        found?.contains("a page claims \(huge) bytes, more than the limit of 268435456") == true)
    }
  }

  @Test(arguments: [
    "pyarrow-v1-snappy.parquet", "pyarrow-v1-zstd.parquet", "pyarrow-v1-gzip.parquet",
  ])
  func aCorruptPageIsRefusedWithItsPlace(name: String) throws {
    var bytes = try readFile("\(folder)/\(name)")
    for index in 30..<60 { bytes[index] ^= 0xA5 }
    let found = message(bytes, "id")
    #expect(found?.hasPrefix("x.parquet: column id, row group 1: ") == true)
  }

  @Test func aWrongChecksumIsNoticed() throws {
    // One bit of the text of the first row, which every codec-independent check would let pass.
    var bytes = try readFile("\(folder)/pyarrow-checksums.parquet")
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "a-1".utf8) })
    bytes[place] ^= 1
    #expect(message(bytes, "id")?.contains("a page is damaged: its checksum is") == true)
  }

  @Test func aLongEntryRepeatedOftenIsNotCopied() throws {
    // 4 million times a text of 1 MiB from some bytes of indices: 4 TiB if each row had a text of
    // its own.
    let count = 1 << 22
    var builder = ParquetBuilder()
    (builder.rowCount, builder.valueCount) = (count, count)
    builder.schema = [ParquetBuilder.element("text", type: 6, converted: 0)]
    builder.pages =
      ParquetBuilder.dictionaryPage(
        ParquetBuilder.strings([String(repeating: "x", count: 1 << 20)]), valueCount: 1)
      + ParquetBuilder.page([0, 0x80, 0x80, 0x80, 0x04], valueCount: count, encoding: 8)
    let file = try ParquetFile(bytes: builder.bytes, path: "x.parquet")
    #expect(try file.strings("text").count == count)
    var values = try file.values("text")
    guard case .string(let text)? = try values.next() else {
      Issue.record("expected a string")
      return
    }
    #expect(text.utf8.count == 1 << 20)
  }

  @Test func arraysOfClaimedNullsAreLimited() throws {
    // Pages of nulls: a run of 2^24 zeros takes five bytes.
    let count = 1 << 24
    var builder = ParquetBuilder()
    builder.schema = [ParquetBuilder.element("text", type: 6, repetition: 1)]
    (builder.rowCount, builder.valueCount) = (count * 4, count * 4)
    let page = ParquetBuilder.page([5, 0, 0, 0, 0x80, 0x80, 0x80, 0x10, 0], valueCount: count)
    builder.pages = page + page + page + page
    let file = try ParquetFile(bytes: builder.bytes, path: "x.parquet")
    let error = #expect(throws: DataFormatError.self) { try file.strings("text") }
    #expect(error?.code == .limitExceeded)
    #expect(try file.bytes(column: "text", row: count * 4 - 1)?.copy() == nil)
  }

  @Test func textThatIsNotUTF8NamesItsRow() {
    let found = message {
      $0.pages = ParquetBuilder.page([1, 0, 0, 0, 0x61, 2, 0, 0, 0, 0xED, 0xA0], valueCount: 2)
    }
    #expect(found == "x.parquet: column text, row 2: the text is not valid UTF-8")
  }

  @Test func lengthsInsideAPageAreChecked() {
    #expect(
      message {
        $0.pages = ParquetBuilder.page([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], valueCount: 2)
      }?
      .hasSuffix("a byte string claims 4294967295 bytes where its page has 4 left") == true)
    #expect(
      message { $0.pages = ParquetBuilder.page([1, 0, 0, 0, 0x61], valueCount: 2) }?.contains(
        "ends too early") == true)
    #expect(
      message { $0.pages = ParquetBuilder.page([1, 4, 0], valueCount: 2, encoding: 8) }?
        .hasSuffix("a page refers to a dictionary, but the column chunk has none") == true)
    #expect(
      message {
        $0.pages =
          ParquetBuilder.dictionaryPage(ParquetBuilder.strings(["a"]), valueCount: 1)
          + ParquetBuilder.page([8, 4, 7], valueCount: 2, encoding: 8)
      }?.hasSuffix("a page refers to entry 7 of a dictionary of 1 entries") == true)
  }

  @Test func listsThatContradictTheirLevelsAreRefused() {
    func lists(_ repetition: [UInt8], _ definition: [UInt8], rows: Int) -> ParquetBuilder {
      var builder = ParquetBuilder()
      builder.schema = [ParquetBuilder.element("text", type: 6, repetition: 2)]
      (builder.rowCount, builder.valueCount) = (rows, repetition.count)
      builder.pages = ParquetBuilder.page(
        ParquetBuilder.levels(repetition) + ParquetBuilder.levels(definition)
          + ParquetBuilder.strings(definition.filter { $0 == 1 }.map { _ in "a" }),
        valueCount: repetition.count)
      return builder
    }
    for (builder, isGood) in [
      (lists([0, 1, 0], [1, 1, 0], rows: 2), true), (lists([1, 0], [1, 1], rows: 1), false),
      (lists([0, 1], [0, 1], rows: 1), false),
      (lists([0, 1], [1, 0], rows: 1), false), (lists([0, 0], [1, 1], rows: 1), false),
      (lists([0, 1], [1, 1], rows: 2), false),
    ] {
      let columns =
        (try? ParquetFile(bytes: builder.bytes, path: "x.parquet").stringLists("text")) != nil
      #expect(columns == isGood)
      #expect((try? drain(builder.bytes)) == isGood)
    }
  }

  /// Reads everything by every way; true where nothing failed.
  private func drain(_ bytes: [UInt8]) throws -> Bool {
    let limits = ParquetLimits(maximumPageBytes: 1 << 20, maximumPageValues: 1 << 14)
    let file = try ParquetFile(bytes: bytes, path: "x.parquet", limits: limits)
    var isWhole = true
    for column in file.columns {
      do {
        var values = try file.values(column.path)
        while try values.next() != nil {}
      } catch { isWhole = false }
      if column.listDepth == 1 {
        _ = try? file.stringLists(column.path)
        _ = try? file.integerLists(column.path)
        _ = try? file.doubleLists(column.path)
      } else {
        _ = try? file.strings(column.path)
        _ = try? file.integers(column.path)
        _ = try? file.doubles(column.path)
        _ = try? file.booleans(column.path)
      }
      for row in [0, file.rowCount / 2, file.rowCount - 1] {
        _ = try? file.bytes(column: column.path, row: row)?.copy()
      }
    }
    return isWhole
  }

  private static let small = [
    "pyarrow-v1-none.parquet", "pyarrow-v2-zstd.parquet", "pyarrow-v1-gzip.parquet",
    "duckdb-v2.parquet", "datasets.parquet",
    "pyarrow-delta-byte-array-v2.parquet",
  ]

  @Test(arguments: small)
  func everyTruncationIsAnError(name: String) throws {
    let bytes = try readFile("\(folder)/\(name)")
    for count in 0..<bytes.count {
      #expect(throws: DataFormatError.self) {
        try ParquetFile(bytes: Array(bytes[..<count]), path: "x.parquet")
      }
    }
  }

  @Test(arguments: small)
  func cutPagesBehindAWholeFooterAreErrorsAndNotTraps(name: String) throws {
    // The data shrinks while the footer stays as it was, so that all its offsets point beyond the
    // data or into the footer.
    let bytes = try readFile("\(folder)/\(name)")
    let footer = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) } + 8
    for count in stride(from: 4, to: bytes.count - footer, by: 7) {
      _ = try? drain(Array(bytes[..<count]) + bytes.suffix(footer))
    }
  }

  @Test(arguments: small)
  func noFlippedByteIsATrap(name: String) throws {
    let bytes = try readFile("\(folder)/\(name)")
    #expect(try drain(bytes))
    var failures = 0
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= [0x01, 0x80, 0xFF][index % 3]
      if (try? drain(changed)) != true { failures += 1 }
    }
    #expect(failures > bytes.count / 10)
  }
}
