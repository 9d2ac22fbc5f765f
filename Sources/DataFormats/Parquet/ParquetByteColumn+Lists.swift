/// Rows that hold lists of byte strings: SEED-Bench's frames of a video, for example.
extension ParquetByteColumn {
  /// The byte strings of a row, counted from 0 through the whole file; an element is nil for a
  /// null.
  ///
  /// A column with one value per row gives that value, or nothing.
  /// - Returns: nil where the row has no list
  /// - Throws: as ``bytes(row:)``; `wrong-type` where rows are lists of lists.
  public func list(row: Int) throws(DataFormatError) -> [ParquetBytes?]? {
    guard column.listDepth > 0 else { return try bytes(row: row).map { [$0] } }
    try requireOneList()
    return try located(row) { (row, state) throws(ParquetFault) in
      var items: [ParquetBytes?] = []
      let isPresent = try self.visit(row, &state) {
        (index, entry, isNull, state) throws(ParquetFault) in
        items.append(isNull ? nil : try self.value(entry: entry, of: index, &state))
      }
      return isPresent ? items : nil
    }
  }

  /// One byte string of a row, counted from 0, without those before and behind it; nil for a null
  /// and where the row has none at this place.
  ///
  /// A column with one value per row has that value at 0.
  /// - Throws: as ``list(row:)``.
  public func element(_ place: Int, row: Int) throws(DataFormatError) -> ParquetBytes? {
    guard column.listDepth > 0 else { return place == 0 ? try bytes(row: row) : nil }
    try requireOneList()
    return try located(row) { (row, state) throws(ParquetFault) in
      var seen = 0
      var element: ParquetBytes?
      _ = try self.visit(row, &state) { (index, entry, isNull, state) throws(ParquetFault) in
        if seen == place, !isNull { element = try self.value(entry: entry, of: index, &state) }
        seen += 1
      }
      return element
    }
  }

  /// How many byte strings a row holds, nulls among them in a list; no value is read for it.
  /// - Throws: as ``list(row:)``.
  public func count(row: Int) throws(DataFormatError) -> Int {
    guard column.listDepth > 0 else {
      return try located(row) { (row, state) throws(ParquetFault) in
        try self.holdsValue(row, &state) ? 1 : 0
      }
    }
    try requireOneList()
    return try located(row) { (row, state) throws(ParquetFault) in
      var count = 0
      _ = try self.visit(row, &state) { (_, _, _, _) in count += 1 }
      return count
    }
  }

  /// Whether a row with at most one value has it, by the levels alone.
  private func holdsValue(_ row: Int, _ state: inout State) throws(ParquetFault) -> Bool {
    let index = try pageIndex(of: row, &state)
    guard column.maximumDefinitionLevel > 0, let decoder = state.decoder else { return true }
    let page = state.pages[index]
    var known = page.definitions
    if known == nil { known = try decoder.leadingLevels(of: page.page).definition }
    guard let definitions = known else { return true }
    state.pages[index].definitions = definitions
    let entry = row - page.firstRow
    guard definitions.indices.contains(entry) else {
      throw .damaged("a page has fewer levels than entries")
    }
    return Int(definitions[entry]) == column.maximumDefinitionLevel
  }

  private func requireOneList() throws(DataFormatError) {
    guard column.listDepth == 1 else {
      throw DataFormatError(
        .wrongType, "expected one list per row, found lists of lists",
        at: .init(file: contents.path, place: "column \(column.path)"))
    }
  }

  /// Goes through the elements of a row's list, which may span pages.
  /// - Returns: whether the row has a list
  private func visit(
    _ row: Int, _ state: inout State,
    _ use: (_ page: Int, _ entry: Int, _ isNull: Bool, _ state: inout State) throws(ParquetFault)
      -> Void
  ) throws(ParquetFault) -> Bool {
    // The row is whole when the next one has begun.
    while state.knownRows <= row + 1 {
      guard try findPage(&state) else { break }
    }
    guard row < state.knownRows else { throw tooFewRows(state) }
    let list = column.lists[0]
    var index = Self.firstPage(of: row, in: state.pages)
    var seen = 0
    var isPresent = false
    var hasElements = false
    while index < state.pages.count, state.pages[index].firstRow <= row {
      let page = state.pages[index]
      guard let entries = page.entries else { break }
      for entry in entries.range(of: row - page.firstRow) {
        let definition = entries.definition(at: entry, of: column)
        // A missing or an empty list is one entry, and the only one of its row.
        guard seen == 0 || (hasElements && definition >= list.element) else {
          throw .damaged("the levels of the list contradict each other")
        }
        seen += 1
        hasElements = definition >= list.element
        isPresent = definition >= list.present
        guard definition >= list.element else { continue }
        try use(index, entry, definition < column.maximumDefinitionLevel, &state)
      }
      index += 1
    }
    return isPresent
  }
}

/// Which entries of a page belong to which row of lists.
struct ListEntries {
  /// Whether the first entry belongs to the row that the page before ends with.
  let continuesRow: Bool
  /// Where the entries of each row of the page begin, and the number of entries.
  private let starts: [Int]  // [rows of the page + 1]
  private let definitions: [UInt8]?

  var rowCount: Int { starts.count - 1 }

  init(_ levels: PageDecoder.LeadingLevels, of column: ParquetColumn) throws(ParquetFault) {
    guard let repetition = levels.repetition, let first = repetition.first else {
      throw .damaged("a page of lists has no repetition levels")
    }
    continuesRow = first > 0
    starts =
      (continuesRow ? [0] : []) + repetition.indices.filter { repetition[$0] == 0 }
      + [repetition.count]
    definitions = levels.definition
  }

  /// - Parameter row: counted from 0 in the page
  func range(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  func definition(at entry: Int, of column: ParquetColumn) -> Int {
    definitions.map { Int($0[entry]) } ?? column.maximumDefinitionLevel
  }
}
