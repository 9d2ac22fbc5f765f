import Diagnostics

/// The rows of a Parquet file with some of its columns, read one after another in bounded memory.
///
/// `var rows = try file.rows(["question", "answers"]); while let row = try rows.next() { … }`
public struct ParquetRows {
  private let path: String
  private let places: [String: Int]
  private var readers: [ParquetValueReader]
  private var index = 0
  private let rowCount: Int

  init(_ contents: ParquetContents, _ names: [String]) throws(DataFormatError) {
    path = contents.path
    rowCount = contents.rowCount
    places = Dictionary(
      names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    readers = []
    for name in names { readers.append(ParquetValueReader(contents, try contents.column(name))) }
  }

  /// The next row, or nil behind the last.
  public mutating func next() throws(DataFormatError) -> ParquetRow? {
    guard index < rowCount else { return nil }
    var values: [ParquetValue] = []
    values.reserveCapacity(readers.count)
    for place in readers.indices {
      guard let value = try readers[place].next() else {
        throw DataFormatError(
          .invalidSyntax, "the column ends before row \(index + 1)",
          at: Location(file: path, place: "column \(readers[place].column.path)"))
      }
      values.append(value)
    }
    defer { index += 1 }
    return ParquetRow(path: path, index: index, values: values, places: places)
  }
}

/// One row: the values of the columns that were asked for, with complaints that name file, row and
/// column.
public struct ParquetRow: Sendable {
  /// The file that the row lies in.
  public let path: String
  /// The row's number in the file, counted from 0.
  public let index: Int
  let values: [ParquetValue]
  let places: [String: Int]

  /// Whether the column was asked for and is there.
  public func has(_ column: String) -> Bool { places[column] != nil }

  /// The value of a column; `null` where the row has none.
  /// - Throws: ``DataFormatError`` `missing-key` for a column that was not asked for.
  public func value(_ column: String) throws(DataFormatError) -> ParquetValue {
    guard let place = places[column] else {
      throw DataFormatError(
        .missingKey,
        """
        the column \"\(column)\" was not asked for; \
        \(suggestion(for: column, among: places.keys.sorted()))
        """,
        at: Location(file: path))
    }
    return values[place]
  }

  public func string(_ column: String) throws(DataFormatError) -> String {
    guard let text = try optionalString(column) else { throw mismatch(column, "a string", .null) }
    return text
  }

  public func optionalString(_ column: String) throws(DataFormatError) -> String? {
    switch try value(column) {
    case .null: return nil
    case .string(let text): return text
    case let other: throw mismatch(column, "a string", other)
    }
  }

  public func integer(_ column: String) throws(DataFormatError) -> Int {
    switch try value(column) {
    case .integer(let number): return number
    case let other: throw mismatch(column, "an integer", other)
    }
  }

  public func number(_ column: String) throws(DataFormatError) -> Double {
    let value = try value(column)
    guard let number = value.doubleValue else { throw mismatch(column, "a number", value) }
    return number
  }

  /// A list of text; a missing list is empty, a null inside it is an error.
  public func strings(_ column: String) throws(DataFormatError) -> [String] {
    try list(column, "a list of strings") { if case .string(let text) = $0 { text } else { nil } }
  }

  /// A list of numbers; a missing list is empty, a null inside it is an error.
  public func numbers(_ column: String) throws(DataFormatError) -> [Double] {
    try list(column, "a list of numbers") { $0.doubleValue }
  }

  private func list<Element>(
    _ column: String, _ expected: String, _ element: (ParquetValue) -> Element?
  ) throws(DataFormatError) -> [Element] {
    switch try value(column) {
    case .null: return []
    case .list(let items):
      var elements: [Element] = []
      for item in items {
        guard let next = element(item) else {
          throw mismatch(column, expected, item, isElement: true)
        }
        elements.append(next)
      }
      return elements
    case let other: throw mismatch(column, expected, other)
    }
  }

  /// Where a complaint about this row and a column lies.
  public func location(_ column: String) -> Location {
    Location(file: path, place: "row \(index + 1), column \(column)")
  }

  private func mismatch(
    _ column: String, _ expected: String, _ found: ParquetValue, isElement: Bool = false
  ) -> DataFormatError {
    DataFormatError(
      .wrongType, "expected \(expected), found \(found.kind)\(isElement ? " in it" : "")",
      at: location(column))
  }
}

extension ParquetValue {
  fileprivate var doubleValue: Double? {
    switch self {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }
}
