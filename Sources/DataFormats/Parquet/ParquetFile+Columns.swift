import Diagnostics

/// Whole columns as arrays, one element per row; nil stands for null.
///
/// The arrays grow with the rows that are really there. All throw ``DataFormatError`` naming file,
/// column and row group.
extension ParquetFile {
  /// A column of text; bytes without a declared meaning must be UTF-8.
  public func strings(_ name: String) throws(DataFormatError) -> [String?] {
    try flat(column(name), "strings") { $0.texts }
  }

  public func integers(_ name: String) throws(DataFormatError) -> [Int?] {
    try flat(column(name), "integers") { $0.integers }
  }

  /// A column of floats, doubles or integers.
  public func doubles(_ name: String) throws(DataFormatError) -> [Double?] {
    try flat(column(name), "numbers") { $0.doubles }
  }

  public func booleans(_ name: String) throws(DataFormatError) -> [Bool?] {
    try flat(column(name), "booleans") { if case .booleans(let flags) = $0 { flags } else { nil } }
  }

  /// A column of lists of text. A missing list is nil, an empty one is empty.
  public func stringLists(_ name: String) throws(DataFormatError) -> [[String?]?] {
    try lists(column(name), "lists of strings") { $0.texts }
  }

  public func integerLists(_ name: String) throws(DataFormatError) -> [[Int?]?] {
    try lists(column(name), "lists of integers") { $0.integers }
  }

  /// A column of lists of floats, doubles or integers.
  public func doubleLists(_ name: String) throws(DataFormatError) -> [[Double?]?] {
    try lists(column(name), "lists of numbers") { $0.doubles }
  }

  /// The number of rows is a claim until they are read; no more than this is taken in advance.
  private static let reservedRows = 1 << 16

  /// - Parameter elements: the values of a page; nil where it holds something else, fewer where one
  ///   is not UTF-8.
  private func flat<Element>(
    _ column: ParquetColumn, _ expected: String, _ elements: (ColumnValues) -> [Element]?
  ) throws(DataFormatError) -> [Element?] {
    try requireShape(column, listDepth: 0)
    try requireModestSize(column)
    let maximum = UInt8(column.maximumDefinitionLevel)
    var stream = ColumnPageStream(contents, column)
    var rows: [Element?] = []
    rows.reserveCapacity(min(rowCount, Self.reservedRows))
    while let page = try stream.next() {
      let values = try converted(page, of: column, expected, elements)
      var next = 0
      for entry in 0..<page.count {
        if let levels = page.definitionLevels, levels[entry] != maximum {
          rows.append(nil)
        } else {
          guard next < values.count else { throw notText(column, row: rows.count) }
          rows.append(values[next])
          next += 1
        }
      }
    }
    return rows
  }

  private func lists<Element>(
    _ column: ParquetColumn, _ expected: String, _ elements: (ColumnValues) -> [Element]?
  ) throws(DataFormatError) -> [[Element?]?] {
    try requireShape(column, listDepth: 1)
    try requireModestSize(column)
    let maximum = column.maximumDefinitionLevel
    let list = column.lists[0]
    var stream = ColumnPageStream(contents, column)
    var rows: [[Element?]?] = []
    rows.reserveCapacity(min(rowCount, Self.reservedRows))
    var open: [Element?] = []  // the list of the row that is being read
    var isPresent = false
    var hasRow = false
    while let page = try stream.next() {
      guard let repetition = page.repetitionLevels else { continue }
      let values = try converted(page, of: column, expected, elements)
      var next = 0
      for entry in 0..<page.count {
        let level = page.definitionLevels.map { Int($0[entry]) } ?? maximum
        if repetition[entry] == 0 {
          if hasRow { rows.append(isPresent ? open : nil) }
          hasRow = true
          isPresent = level >= list.present
          open = []
          if isPresent, level >= list.element {
            open.reserveCapacity(1 + repetition[(entry + 1)...].prefix { $0 > 0 }.count)
          }
        } else if open.isEmpty || level < list.element {
          throw DataFormatError(
            .invalidSyntax, "the levels of the list contradict each other; the file is damaged",
            at: Location(file: path, place: "column \(column.path), row \(rows.count + 1)"))
        }
        guard level >= list.element else { continue }
        guard level == maximum else {
          open.append(nil)
          continue
        }
        guard next < values.count else { throw notText(column, row: rows.count) }
        open.append(values[next])
        next += 1
      }
    }
    if hasRow { rows.append(isPresent ? open : nil) }
    return rows
  }

  private func converted<Element>(
    _ page: ColumnPage, of column: ParquetColumn, _ expected: String,
    _ elements: (ColumnValues) -> [Element]?
  ) throws(DataFormatError) -> [Element] {
    // A column of nulls only has no type of its own and fits every question.
    if column.type == .null, page.values.count == 0 { return [] }
    guard let values = elements(page.values) else { throw mismatch(column, expected) }
    return values
  }

  func requireShape(_ column: ParquetColumn, listDepth: Int) throws(DataFormatError) {
    guard column.listDepth != listDepth else { return }
    throw mismatch(column, listDepth == 0 ? "one value per row" : "one list per row")
  }

  /// A few bytes can stand for any number of nulls, so the size of the file does not bound the size
  /// of the array.
  func requireModestSize(_ column: ParquetColumn) throws(DataFormatError) {
    let limit = contents.limits.maximumColumnValues
    var left = limit
    for group in contents.rowGroups {
      let count = group.chunks[column.index].valueCount
      guard count <= left else {
        throw DataFormatError(
          .limitExceeded,
          """
          the column has more than \(limit) values, too many for one array; read the file row \
          by row
          """,
          at: Location(file: path, place: "column \(column.path)"))
      }
      left -= count
    }
  }

  func mismatch(_ column: ParquetColumn, _ expected: String) -> DataFormatError {
    DataFormatError(
      .wrongType,
      """
      expected \(expected), found \
      \(String(repeating: "lists of ", count: column.listDepth))\(column.type)
      """,
      at: Location(file: path, place: "column \(column.path)"))
  }

  private func notText(_ column: ParquetColumn, row: Int) -> DataFormatError {
    DataFormatError(
      .invalidSyntax, "the text is not valid UTF-8",
      at: Location(file: path, place: "column \(column.path), row \(row + 1)"))
  }
}

extension ColumnValues {
  /// Byte strings as text, up to the first that is not UTF-8.
  fileprivate var texts: [String]? {
    guard case .bytes(let values) = self else { return nil }
    return values.texts
  }

  fileprivate var integers: [Int]? {
    guard case .integers(let numbers) = self else { return nil }
    return numbers.map { Int($0) }
  }

  fileprivate var doubles: [Double]? {
    switch self {
    case .numbers(let numbers): numbers
    case .integers(let numbers): numbers.map { Double($0) }
    default: nil
    }
  }
}
