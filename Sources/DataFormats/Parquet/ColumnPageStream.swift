/// Streams the decoded pages of one column through all row groups; holds one page's bytes and one
/// dictionary at a time.
struct ColumnPageStream {
  let contents: ParquetContents
  let column: ParquetColumn
  private var rowGroup = -1
  private var pages: ColumnChunkPages?
  private var decoder: PageDecoder?
  /// The rows of the current row group that have begun.
  private var rowsSeen = 0

  init(_ contents: ParquetContents, _ column: ParquetColumn) {
    self.contents = contents
    self.column = column
  }

  /// The next page with entries, or nil at the end of the file.
  ///
  /// Each row group's pages are checked to hold as many rows as the footer says. A row of lists may
  /// span pages, but not row groups.
  mutating func next() throws(DataFormatError) -> ColumnPage? {
    while true {
      if pages == nil {
        guard rowGroup + 1 < contents.rowGroups.count else { return nil }
        rowGroup += 1
        rowsSeen = 0
      }
      do {
        if let page = try nextInRowGroup() { return page }
      } catch {
        throw error.located(file: contents.path, place: contents.place(column, rowGroup: rowGroup))
      }
      pages = nil
      decoder = nil
    }
  }

  private mutating func nextInRowGroup() throws(ParquetFault) -> ColumnPage? {
    let group = contents.rowGroups[rowGroup]
    if pages == nil {
      let chunk = group.chunks[column.index]
      decoder = try PageDecoder(chunk, of: column, in: contents.storage, limits: contents.limits)
      pages = try ColumnChunkPages(
        chunk, of: column, in: contents.storage, before: contents.dataEnd, limits: contents.limits)
    }
    while let page = try pages?.next() {
      guard let decoded = try decoder?.decode(page), decoded.count > 0 else { continue }
      if let levels = decoded.repetitionLevels {
        guard rowsSeen > 0 || levels.first == 0 else {
          throw .damaged("the first row begins in the middle of a list")
        }
        rowsSeen += levels.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
      } else {
        rowsSeen += decoded.count
      }
      guard rowsSeen <= group.rowCount else {
        throw .damaged(
          "the pages hold more rows than the \(group.rowCount) that the footer declares")
      }
      return decoded
    }
    guard rowsSeen == group.rowCount else {
      throw .damaged("the pages hold \(rowsSeen) rows where the footer declares \(group.rowCount)")
    }
    return nil
  }
}
