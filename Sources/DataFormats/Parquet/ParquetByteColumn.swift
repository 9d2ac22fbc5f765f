import Diagnostics
import Synchronization

/// Random access to the rows of a column of bytes, such as images.
///
/// Page headers are found once per row group; bodies are read when a row of theirs is asked for,
/// and one decoded page (with the dictionary of its column chunk) is kept; of large compressed
/// pages, only the value that was asked for. Where pages are neither compressed nor
/// dictionary-encoded, as `datasets` writes images, the bytes are those of the mapped file. Asking
/// in the order of rows decodes every page once. Safe to share between threads.
public final class ParquetByteColumn: Sendable {
  public let column: ParquetColumn
  public var rowCount: Int { contents.rowCount }
  private let contents: ParquetContents
  /// The first row of every row group, and the number of rows behind the last. // [row groups + 1]
  private let firstRows: [Int]
  private let state = Mutex(State())

  /// Everything in it is used under the lock alone.
  private struct State: @unchecked Sendable {
    var rowGroup = -1
    var decoder: PageDecoder?
    var chunkPages: ColumnChunkPages?
    /// The data pages found so far in the row group. // [pages]
    var pages: [DataPage] = []
    var decoded: DecodedPage?
    /// The dictionary of the column chunk, where it is too large to be in memory.
    var dictionary: StreamedByteValues?
  }

  private struct DataPage {
    var firstRow: Int  // in the row group
    var page: ColumnChunkPages.Page
    var rowCount: Int
  }

  private struct DecodedPage {
    enum Values {
      case stored(ByteValues)
      case streamed(StreamedByteValues)
      /// The numbers of entries in the streamed dictionary.
      case entries([Int64])
    }

    var index: Int
    var values: Values
    /// The place of each row among the values, -1 for null; nil where no row is null. // [rows]
    var places: [Int32]?
  }

  init(_ contents: ParquetContents, _ column: ParquetColumn) {
    self.contents = contents
    self.column = column
    firstRows = contents.rowGroups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rowCount) }
  }

  /// The bytes of a row, counted from 0 through the whole file; nil where the row has none.
  /// - Throws: ``DataFormatError`` naming file, column and row group; `limit-exceeded` for a row
  ///   that does not exist.
  public func bytes(row: Int) throws(DataFormatError) -> ParquetBytes? {
    guard row >= 0, row < rowCount else {
      throw DataFormatError(
        .limitExceeded, "there is no row with the index \(row); the file has \(rowCount) rows",
        at: Location(file: contents.path, place: "column \(column.path)"))
    }
    let group = rowGroup(of: row)
    return try contents.locating(column, rowGroup: group) { () throws(ParquetFault) in
      try state.withLock { (state) throws(ParquetFault) in
        do throws(ParquetFault) {
          return try find(row - firstRows[group], in: group, &state)
        } catch {
          state = State()  // so that asking again gives the same answer
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

  private func find(
    _ row: Int, in group: Int, _ state: inout State
  ) throws(ParquetFault) -> ParquetBytes? {
    if state.rowGroup != group {
      if let decoded = state.decoded {
        contents.storage.dropPages(in: state.pages[decoded.index].page.body)
      }
      state = State()
      let chunk = contents.rowGroups[group].chunks[column.index]
      state.decoder = try PageDecoder(
        chunk, of: column, in: contents.storage, limits: contents.limits)
      state.chunkPages = try ColumnChunkPages(
        chunk, of: column, in: contents.storage, before: contents.dataEnd, limits: contents.limits)
      state.rowGroup = group
    }
    let index = try pageIndex(of: row, &state)
    let decoded = try decode(index, &state)
    var place = row - state.pages[index].firstRow
    if let places = decoded.places {
      guard places[place] >= 0 else { return nil }
      place = Int(places[place])
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
  private func pageIndex(of row: Int, _ state: inout State) throws(ParquetFault) -> Int {
    while true {
      let known = state.pages.last.map { $0.firstRow + $0.rowCount } ?? 0
      if row < known { break }
      guard let page = try state.chunkPages?.next() else {
        throw .damaged(
          "the pages hold \(known) rows where the footer declares \(contents.rowGroups[state.rowGroup].rowCount)"
        )
      }
      if let count = page.header.valueCount {
        if count > 0 { state.pages.append(DataPage(firstRow: known, page: page, rowCount: count)) }
      } else if state.decoder?.isStreamed(page) == true {
        state.dictionary = try state.decoder?.streamDictionary(page)
      } else {
        _ = try state.decoder?.decode(page)
      }
    }
    var low = 0
    var high = state.pages.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if state.pages[middle].firstRow <= row { low = middle } else { high = middle }
    }
    return low
  }

  private func decode(_ index: Int, _ state: inout State) throws(ParquetFault) -> DecodedPage {
    if let decoded = state.decoded {
      if decoded.index == index { return decoded }
      contents.storage.dropPages(in: state.pages[decoded.index].page.body)
      state.decoded = nil
    }
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
