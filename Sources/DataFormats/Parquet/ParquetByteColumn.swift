import Diagnostics
import Synchronization

/// Random access to the rows of a column of bytes, or of lists of bytes, such as images.
///
/// Page headers are found once per row group; bodies are read when a row of theirs is asked for,
/// and one decoded page (with the dictionary of its column chunk) is kept; of large compressed
/// pages, only the value that was asked for. Where pages are neither compressed nor
/// dictionary-encoded, as `datasets` writes images, the bytes are those of the mapped file. Asking
/// in the order of rows decodes every page once. Safe to share between threads.
public final class ParquetByteColumn: Sendable {
  public let column: ParquetColumn
  public var rowCount: Int { contents.rowCount }
  let contents: ParquetContents
  /// The first row of every row group, and the number of rows behind the last. // [row groups + 1]
  private let firstRows: [Int]
  private let state = Mutex(State())

  /// Everything in it is used under the lock alone.
  struct State: @unchecked Sendable {
    var rowGroup = -1
    var decoder: PageDecoder?
    var chunkPages: ColumnChunkPages?
    /// The data pages found so far in the row group. // [pages]
    var pages: [DataPage] = []
    var decoded: DecodedPage?
    /// The dictionary of the column chunk, where it is too large to be in memory.
    var dictionary: StreamedByteValues?
    /// What has been done since the column was opened.
    var work = Work()
    /// The rows of the row group whose first entry has been found.
    var knownRows: Int { pages.last?.endRow ?? 0 }
  }

  /// How much was read, so that reading rows in order can be seen to be linear.
  struct Work: Equatable {
    /// Data pages whose values were decoded.
    var pages = 0
    /// Values that were given out.
    var values = 0
  }

  var work: Work { state.withLock { $0.work } }

  struct DataPage {
    /// The row of its first entry, in the row group.
    var firstRow: Int
    /// The row behind that of its last entry.
    var endRow: Int
    var page: ColumnChunkPages.Page
    /// Where its entries belong; nil where each is a row.
    var entries: ListEntries?
    /// Whether each entry is a value, where a row is one and somebody asked. // [entries]
    var definitions: [UInt8]?
  }

  struct DecodedPage {
    enum Values {
      case stored(ByteValues)
      case streamed(StreamedByteValues)
      /// The numbers of entries in the streamed dictionary.
      case entries([Int64])
    }

    var index: Int
    var values: Values
    /// The place of each entry among the values, -1 for null; nil where none is null. // [entries]
    var places: [Int32]?
  }

  init(_ contents: ParquetContents, _ column: ParquetColumn) {
    self.contents = contents
    self.column = column
    firstRows = contents.rowGroups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rowCount) }
  }

  /// The bytes of a row, counted from 0 through the whole file; nil where the row has none.
  /// - Throws: ``DataFormatError`` naming file, column and row group; `limit-exceeded` for a row
  ///   that does not exist, `wrong-type` where rows are lists.
  public func bytes(row: Int) throws(DataFormatError) -> ParquetBytes? {
    guard column.listDepth == 0 else {
      throw DataFormatError(
        .wrongType, "expected one value per row, found lists",
        at: Location(file: contents.path, place: "column \(column.path)"))
    }
    return try located(row) { (row, state) throws(ParquetFault) in
      let index = try self.pageIndex(of: row, &state)
      return try self.value(entry: row - state.pages[index].firstRow, of: index, &state)
    }
  }

  /// Does something with a row, counted from 0 in its row group, whose row group is open.
  func located<Value>(
    _ row: Int, _ find: (_ row: Int, _ state: inout State) throws(ParquetFault) -> Value
  ) throws(DataFormatError) -> Value {
    guard row >= 0, row < rowCount else {
      throw DataFormatError(
        .limitExceeded, "there is no row with the index \(row); the file has \(rowCount) rows",
        at: Location(file: contents.path, place: "column \(column.path)"))
    }
    let group = rowGroup(of: row)
    return try contents.locating(column, rowGroup: group) { () throws(ParquetFault) in
      try state.withLock { (state) throws(ParquetFault) in
        do throws(ParquetFault) {
          try open(group, &state)
          return try find(row - firstRows[group], &state)
        } catch {
          state = State(work: state.work)  // so that asking again gives the same answer
          throw error
        }
      }
    }
  }

  /// The last row group that begins at or before `row` and is not empty.
  private func rowGroup(of row: Int) -> Int {
    var low = 0
    var high = firstRows.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRows[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  private func open(_ group: Int, _ state: inout State) throws(ParquetFault) {
    guard state.rowGroup != group else { return }
    if let decoded = state.decoded {
      contents.storage.dropPages(in: state.pages[decoded.index].page.body)
    }
    state = State(work: state.work)
    let chunk = contents.rowGroups[group].chunks[column.index]
    state.decoder = try PageDecoder(
      chunk, of: column, in: contents.storage, limits: contents.limits)
    state.chunkPages = try ColumnChunkPages(
      chunk, of: column, in: contents.storage, before: contents.dataEnd, limits: contents.limits)
    state.rowGroup = group
  }

  /// The bytes of an entry of a page; nil for a null.
  func value(
    entry: Int, of index: Int, _ state: inout State
  ) throws(ParquetFault) -> ParquetBytes? {
    let decoded = try decode(index, &state)
    state.work.values += 1
    var place = entry
    if let places = decoded.places {
      guard places[entry] >= 0 else { return nil }
      place = Int(places[entry])
    }
    switch decoded.values {
    case .stored(let values):
      return ParquetBytes(
        storage: values.storage, range: values.ranges[place],
        isInFile: values.storage === contents.storage)
    case .streamed(let values): return Self.whole(try values.value(at: place))
    case .entries(let numbers):
      guard let dictionary = state.dictionary else {
        throw .damaged("a page holds no byte strings")
      }
      return Self.whole(try dictionary.value(at: Int(numbers[place])))
    }
  }

  private static func whole(_ storage: ByteStorage) -> ParquetBytes {
    ParquetBytes(storage: storage, range: 0..<storage.count, isInFile: false)
  }

  /// Finds the page that holds a row, reading on through the headers where it is not known yet.
  func pageIndex(of row: Int, _ state: inout State) throws(ParquetFault) -> Int {
    while row >= state.knownRows {
      guard try findPage(&state) else { throw tooFewRows(state) }
    }
    return Self.firstPage(of: row, in: state.pages)
  }

  func tooFewRows(_ state: State) -> ParquetFault {
    .damaged(
      """
      the pages hold \(state.knownRows) rows where the footer declares \
      \(contents.rowGroups[state.rowGroup].rowCount)
      """
    )
  }

  /// The first page that holds entries of a row, which is known.
  static func firstPage(of row: Int, in pages: [DataPage]) -> Int {
    var low = 0
    var high = pages.count
    while low < high {
      let middle = (low + high) / 2
      if pages[middle].endRow > row { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Reads the header of the next page, and of lists the levels.
  /// - Returns: whether there was one
  func findPage(_ state: inout State) throws(ParquetFault) -> Bool {
    guard let page = try state.chunkPages?.next() else { return false }
    let known = state.knownRows
    if let count = page.header.valueCount {
      guard count > 0 else { return true }
      var found = DataPage(firstRow: known, endRow: known + count, page: page)
      if column.listDepth > 0, let decoder = state.decoder {
        let entries = try ListEntries(try decoder.leadingLevels(of: page), of: column)
        found.firstRow = known - (entries.continuesRow ? 1 : 0)
        found.endRow = found.firstRow + entries.rowCount
        found.entries = entries
        guard found.firstRow >= 0 else {
          throw .damaged("the first row begins in the middle of a list")
        }
      }
      guard found.endRow <= contents.rowGroups[state.rowGroup].rowCount else {
        throw .damaged(
          """
          the pages hold more rows than the \(contents.rowGroups[state.rowGroup].rowCount) that \
          the footer declares
          """
        )
      }
      state.pages.append(found)
    } else if state.decoder?.isStreamed(page) == true {
      state.dictionary = try state.decoder?.streamDictionary(page)
    } else {
      _ = try state.decoder?.decode(page)
    }
    return true
  }

  private func decode(_ index: Int, _ state: inout State) throws(ParquetFault) -> DecodedPage {
    if let decoded = state.decoded {
      if decoded.index == index { return decoded }
      contents.storage.dropPages(in: state.pages[decoded.index].page.body)
      state.decoded = nil
    }
    state.work.pages += 1
    let (values, levels) = try values(of: state.pages[index].page, &state)
    var places: [Int32]?
    if let levels {
      var next: Int32 = 0
      places = levels.map { level in
        guard Int(level) == column.maximumDefinitionLevel else { return -1 }
        next += 1
        return next - 1
      }
    }
    let decoded = DecodedPage(index: index, values: values, places: places)
    state.decoded = decoded
    return decoded
  }

  private func values(
    of page: ColumnChunkPages.Page, _ state: inout State
  ) throws(ParquetFault) -> (DecodedPage.Values, levels: [UInt8]?) {
    if state.decoder?.isStreamed(page) == true,
      let (values, levels) = try state.decoder?.streamValues(page)
    {
      return (.streamed(values), levels)
    }
    guard let decoded = try state.decoder?.decode(page) else {
      throw .damaged("a page holds no byte strings")
    }
    switch decoded.values {
    case .bytes(let values): return (.stored(values), decoded.definitionLevels)
    case .integers(let numbers) where state.dictionary != nil:
      return (.entries(numbers), decoded.definitionLevels)
    default: throw .damaged("a page holds no byte strings")
    }
  }
}
