import Diagnostics

/// Reads one column row by row, in bounded memory.
///
/// Lists are rebuilt from repetition and definition levels (the record assembly of the Dremel
/// paper, for one leaf).
public struct ParquetValueReader {
  public let column: ParquetColumn
  private let contents: ParquetContents
  private var stream: ColumnPageStream
  private var page = ColumnPage(count: 0, values: .booleans([]))
  /// The page's values as text where the column holds text, up to the first that is not UTF-8.
  private var texts: [String] = []
  private var entry = 0
  private var valueIndex = 0
  private var row = 0
  /// The lists that are open while a row is rebuilt, the outermost first.
  private var open: [[ParquetValue]] = []

  init(_ contents: ParquetContents, _ column: ParquetColumn) {
    self.contents = contents
    self.column = column
    stream = ColumnPageStream(contents, column)
  }

  /// The next row's value, or nil behind the last row.
  /// - Throws: ``DataFormatError`` naming file and column: a damaged page, something unsupported,
  ///   text that is not UTF-8.
  public mutating func next() throws(DataFormatError) -> ParquetValue? {
    guard try loadEntry() else { return nil }
    defer { row += 1 }
    if column.listDepth == 0 { return try takeLeaf(definitionLevel()) }
    var value = try takeEntry(repetition: 0)
    var entryCount = 1
    while try loadEntry(), let level = page.repetitionLevels?[entry], level > 0 {
      if let whole = try takeEntry(repetition: Int(level)) { value = whole }
      entryCount += 1
      guard entryCount <= contents.limits.maximumPageValues else {
        throw failure(
          "the list has more than \(contents.limits.maximumPageValues) entries", .limitExceeded)
      }
    }
    return try closeLists(downTo: 0) ?? value ?? .null
  }

  /// Makes `entry` valid; false at the end of the column.
  private mutating func loadEntry() throws(DataFormatError) -> Bool {
    if entry < page.count { return true }
    page = ColumnPage(count: 0, values: .booleans([]))
    entry = 0
    valueIndex = 0
    guard let next = try stream.next() else { return false }
    page = next
    if column.type == .string, case .bytes(let values) = next.values { texts = values.texts }
    return true
  }

  private func definitionLevel() -> Int {
    if let levels = page.definitionLevels { return Int(levels[entry]) }
    return column.maximumDefinitionLevel
  }

  private mutating func takeLeaf(_ definition: Int) throws(DataFormatError) -> ParquetValue {
    entry += 1
    guard definition == column.maximumDefinitionLevel else { return .null }
    defer { valueIndex += 1 }
    switch page.values {
    case .booleans(let values): return .boolean(values[valueIndex])
    case .integers(let values): return .integer(Int(values[valueIndex]))
    case .numbers(let values): return .number(values[valueIndex])
    case .bytes where column.type == .string:
      guard valueIndex < texts.count else { throw failure("the text is not valid UTF-8") }
      return .string(texts[valueIndex])
    case .bytes(let values):
      return .bytes(
        ParquetBytes(
          storage: values.storage, range: values.ranges[valueIndex],
          isInFile: values.storage === contents.storage))
    }
  }

  /// Adds one entry to the row.
  /// - Returns: the row's value where it is complete already because the outermost list is empty or
  ///   missing.
  private mutating func takeEntry(repetition: Int) throws(DataFormatError) -> ParquetValue? {
    _ = try closeLists(downTo: repetition)
    let definition = definitionLevel()
    guard open.count == repetition,
      repetition == 0 || definition >= column.lists[repetition - 1].element
    else {
      throw failure("the levels of the list contradict each other; the file is damaged")
    }
    while open.count < column.listDepth, definition >= column.lists[open.count].element {
      open.append([])
    }
    let value: ParquetValue
    if open.count == column.listDepth {
      value = try takeLeaf(definition)
    } else {
      value = definition >= column.lists[open.count].present ? .list([]) : .null
      entry += 1
    }
    guard !open.isEmpty else { return value }
    open[open.count - 1].append(value)
    return nil
  }

  /// Closes the lists deeper than `depth`; gives the row's value when the outermost is closed.
  private mutating func closeLists(downTo depth: Int) throws(DataFormatError) -> ParquetValue? {
    while open.count > depth {
      let list = ParquetValue.list(open.removeLast())
      guard !open.isEmpty else { return list }
      open[open.count - 1].append(list)
    }
    return nil
  }

  private func failure(
    _ message: String, _ code: DataFormatError.Code = .invalidSyntax
  ) -> DataFormatError {
    DataFormatError(
      code, message,
      at: Location(file: contents.path, place: "column \(column.path), row \(row + 1)"))
  }
}
