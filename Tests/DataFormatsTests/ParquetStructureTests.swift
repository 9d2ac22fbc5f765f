import DataFormats
import TestSupport
import Testing

/// Layouts that today's writers do not produce but files in the wild have.
@Suite struct ParquetStructureTests {
  /// Repetition and definition levels of the lists [a, b], [], null, [c] where the list is optional
  /// and its elements required.
  private static func lists(schema: [ParquetBuilder.Thrift]) -> ParquetBuilder {
    var builder = ParquetBuilder()
    builder.schema = schema
    builder.rowCount = 4
    builder.valueCount = 5
    let body =
      ParquetBuilder.levels([0, 1, 0, 0, 0]) + ParquetBuilder.levels([2, 2, 1, 0, 2])
      + ParquetBuilder.strings(["a", "b", "c"])
    builder.pages = ParquetBuilder.page(body, valueCount: 5)
    return builder
  }

  @Test(
    arguments: [
      (
        "a two-level list",
        [
          ParquetBuilder.element("words", repetition: 1, children: 1, converted: 3),
          ParquetBuilder.element("element", type: 6, repetition: 2, converted: 0),
        ], "words"
      ),
      (
        "a two-level list of Avro",
        [
          ParquetBuilder.element("words", repetition: 1, children: 1, converted: 3),
          ParquetBuilder.element("array", type: 6, repetition: 2, converted: 0),
        ], "words"
      ),
      (
        "a three-level list",
        [
          ParquetBuilder.element("words", repetition: 1, children: 1, converted: 3),
          ParquetBuilder.element("bag", repetition: 2, children: 1),
          ParquetBuilder.element("item", type: 6, converted: 0),
        ], "words"
      ),
      (
        "a group as the element",
        [
          ParquetBuilder.element("words", repetition: 1, children: 1, converted: 3),
          ParquetBuilder.element("words_tuple", repetition: 2, children: 1),
          ParquetBuilder.element("text", type: 6, converted: 0),
        ],
        "words.text"
      ),
      (
        "a repeated field in a group",
        [
          ParquetBuilder.element("group", repetition: 1, children: 1),
          ParquetBuilder.element("words", type: 6, repetition: 2, converted: 0),
        ], "group.words"
      ),
    ] as [(String, [ParquetBuilder.Thrift], String)])
  func listsOfOldWritersAreRead(name: String, schema: [ParquetBuilder.Thrift], path: String) throws
  {
    var builder = Self.lists(schema: schema)
    builder.rootChildCount = 1
    let file = try ParquetFile(bytes: builder.bytes, path: "old.parquet")
    #expect(file.columns.map(\.path) == [path])
    #expect(file.columns.map(\.listDepth) == [1])
    #expect(try file.stringLists(path) == [["a", "b"], [], nil, ["c"]])
    var rows = try file.rows([path])
    var found: [[String]] = []
    while let row = try rows.next() { found.append(try row.strings(path)) }
    #expect(found == [["a", "b"], [], [], ["c"]])
  }

  @Test func aRowOfAListMayContinueOnTheNextPage() throws {
    var builder = ParquetBuilder()
    builder.schema = [ParquetBuilder.element("words", type: 6, repetition: 2, converted: 0)]
    builder.rowCount = 2
    builder.valueCount = 5
    builder.pages =
      ParquetBuilder.page(
        ParquetBuilder.levels([0, 1]) + ParquetBuilder.levels([1, 1])
          + ParquetBuilder.strings(["a", "b"]), valueCount: 2)
      + ParquetBuilder.page(
        ParquetBuilder.levels([1, 0, 1]) + ParquetBuilder.levels([1, 1, 1])
          + ParquetBuilder.strings(["c", "d", "e"]), valueCount: 3)
    let file = try ParquetFile(bytes: builder.bytes, path: "spanning.parquet")
    #expect(try file.stringLists("words") == [["a", "b", "c"], ["d", "e"]])
    var values = try file.values("words")
    for expected in [["a", "b", "c"], ["d", "e"]] {
      guard case .list(let items)? = try values.next() else {
        Issue.record("expected a list")
        return
      }
      #expect(items.compactMap { if case .string(let text) = $0 { text } else { nil } } == expected)
    }
    #expect(try values.next() == nil)
  }

  @Test func aChunkMayTurnFromItsDictionaryToPlainValues() throws {
    var builder = ParquetBuilder()
    builder.rowCount = 5
    builder.valueCount = 5
    // Indices of one bit: a packed group that holds 1, 0, 1.
    builder.pages =
      ParquetBuilder.dictionaryPage(ParquetBuilder.strings(["x", "y"]), valueCount: 2, encoding: 2)
      + ParquetBuilder.page([1, 3, 0b101], valueCount: 3, encoding: 2)
      + ParquetBuilder.page(ParquetBuilder.strings(["z", ""]), valueCount: 2)
    let file = try ParquetFile(bytes: builder.bytes, path: "fallback.parquet")
    #expect(try file.strings("text") == ["y", "x", "y", "z", ""])
    #expect(
      try (0..<5).map { try file.bytes(column: "text", row: $0)?.copy() }
        == ["y", "x", "y", "z", ""].map { Array($0.utf8) })
  }

  @Test func aDictionaryOfOneEntryNeedsNoBits() throws {
    var builder = ParquetBuilder()
    builder.pages =
      ParquetBuilder.dictionaryPage(ParquetBuilder.strings(["same"]), valueCount: 1)
      + ParquetBuilder.page([0, 4], valueCount: 2, encoding: 8)
    #expect(
      try ParquetFile(bytes: builder.bytes, path: "constant.parquet").strings("text") == [
        "same", "same",
      ])
  }
}
