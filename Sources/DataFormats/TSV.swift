public import Diagnostics
public import Foundation

/// A table of cells between tabs, as VLMEvalKit writes it, or between commas: CSV quoting
/// (separators, newlines and doubled quotes inside quotes), a header row.
///
/// The file is mapped and cells are decoded when asked for, so that a table of gigabytes of base64
/// images costs only the places of its cells.
public struct TSVTable: Sendable {
  public let file: String
  public let columns: [String]
  private let data: Data
  private let cells: [Cell]  // [rows, columns]
  /// The line on which each row starts, counted from 1. // [rows]
  private let lines: [Int]
  private let columnIndices: [String: Int]

  /// A cell's bytes in the file, without its outer quotes.
  private struct Cell: Sendable {
    let start: Int
    let end: Int
    let isQuoted: Bool
  }

  /// The largest image of the nine benchmarks is a tenth of this; a cell beyond is most often an
  /// unclosed quote's.
  public static let defaultMaximumCellBytes = 32 << 20

  public var rowCount: Int { lines.count }

  /// Maps and scans a file.
  /// - Parameter maximumCellBytes: larger cells are refused; an image of 24 mebibytes in base64
  ///   still fits by default.
  /// - Throws: ``DataFormatError`` naming file and line: unreadable, empty, an unclosed quote, a
  ///   row with another number of cells.
  public init(
    contentsOf path: String, maximumCellBytes: Int = Self.defaultMaximumCellBytes
  ) throws(DataFormatError) {
    var data = try mappedFile(path)
    if let refusal = PlaceholderFile.refusal(data) {
      throw DataFormatError(.invalidSyntax, refusal, at: Location(file: path))
    }
    // A gzip file has to be held in memory; everything else stays mapped.
    if data.starts(with: [0x1F, 0x8B]) { data = Data(try readPossiblyCompressedFile(path)) }
    let lowered = path.lowercased()
    let isCSV = lowered.hasSuffix(".csv") || lowered.hasSuffix(".csv.gz")
    try self.init(
      data, file: path, separator: UInt8(ascii: isCSV ? "," : "\t"),
      maximumCellBytes: maximumCellBytes)
  }

  public init(
    _ data: Data, file: String, separator: UInt8 = UInt8(ascii: "\t"),
    maximumCellBytes: Int = Self.defaultMaximumCellBytes
  ) throws(DataFormatError) {
    let mark = try TextFile.checkedMark(data, file: file)
    var scanner = Scanner(file: file, separator: separator, maximumCellBytes: maximumCellBytes)
    try scanner.scan(data, from: mark)
    guard !scanner.rows.isEmpty else {
      throw DataFormatError(
        .invalidSyntax, "the table is empty; its first row must name the columns",
        at: Location(file: file))
    }
    let header = scanner.rows[0]
    columns = header.cells.map { Self.text($0, in: data) ?? "" }
    self.file = file
    self.data = data
    columnIndices = Dictionary(
      columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for row in scanner.rows.dropFirst() where row.cells.count != header.cells.count {
      throw DataFormatError(
        .invalidSyntax,
        "the row has \(row.cells.count) cells but the header names \(header.cells.count) columns",
        at: Location(file: file, place: "line \(row.line)"))
    }
    cells = scanner.rows.dropFirst().flatMap(\.cells)
    lines = scanner.rows.dropFirst().map(\.line)
  }

  public func has(column: String) -> Bool { columnIndices[column] != nil }

  /// Where a row stands, for messages.
  public func location(row: Int, column: String? = nil) -> Location {
    Location(
      file: file,
      place: "row \(row + 1) (line \(lines[row]))" + (column.map { ", column \($0)" } ?? ""))
  }

  /// A cell's text; nil where the cell is empty or says `nan`, which is how pandas writes a missing
  /// value.
  /// - Throws: ``DataFormatError`` for an unknown column or bytes that are not UTF-8.
  public func string(row: Int, column: String) throws(DataFormatError) -> String? {
    let text = try rawString(row: row, column: column)
    return text.isEmpty || text == "nan" ? nil : text
  }

  /// A cell's text as it stands, `nan` and empty cells included.
  public func rawString(row: Int, column: String) throws(DataFormatError) -> String {
    guard let index = columnIndices[column] else {
      throw DataFormatError(
        .missingKey,
        "the column \"\(column)\" is missing; there are \(columns.joined(separator: ", "))",
        at: Location(file: file))
    }
    guard let text = Self.text(cells[row * columns.count + index], in: data) else {
      throw DataFormatError(
        .invalidSyntax, "the cell is not valid UTF-8", at: location(row: row, column: column))
    }
    return text
  }

  /// As ``string(row:column:)``, but the cell must not be missing.
  public func requiredString(row: Int, column: String) throws(DataFormatError) -> String {
    guard let text = try string(row: row, column: column) else {
      throw DataFormatError(
        .missingKey, "the cell is empty", at: location(row: row, column: column))
    }
    return text
  }

  /// The number of bytes of a cell as stored, without decoding it.
  public func byteCount(row: Int, column: String) -> Int {
    guard let index = columnIndices[column] else { return 0 }
    let cell = cells[row * columns.count + index]
    return cell.end - cell.start
  }

  /// Whether a cell begins with a byte, without decoding it.
  public func begins(row: Int, column: String, with byte: UInt8) -> Bool {
    guard let index = columnIndices[column] else { return false }
    let cell = cells[row * columns.count + index]
    return cell.end > cell.start && data[data.startIndex + cell.start] == byte
  }

  private static func text(_ cell: Cell, in data: Data) -> String? {
    let bytes = data[data.startIndex + cell.start..<data.startIndex + cell.end]
    if !cell.isQuoted || !bytes.contains(UInt8(ascii: "\"")) {
      return String(validating: bytes, as: UTF8.self)
    }
    var unquoted: [UInt8] = []
    unquoted.reserveCapacity(bytes.count)
    var previousWasQuote = false
    for byte in bytes {
      if byte == UInt8(ascii: "\""), previousWasQuote {
        previousWasQuote = false
        continue
      }
      previousWasQuote = byte == UInt8(ascii: "\"")
      unquoted.append(byte)
    }
    return String(validating: unquoted, as: UTF8.self)
  }

  /// One pass over the bytes that finds the cells.
  private struct Scanner {
    let file: String
    let separator: UInt8
    let maximumCellBytes: Int
    var rows: [(line: Int, cells: [Cell])] = []

    init(file: String, separator: UInt8, maximumCellBytes: Int) {
      self.file = file
      self.separator = separator
      self.maximumCellBytes = maximumCellBytes
    }

    mutating func scan(_ data: Data, from start: Int) throws(DataFormatError) {
      let bytes = data.span
      var position = start
      var line = 1
      var rowLine = 1
      var cells: [Cell] = []
      while position < bytes.count {
        let cell: Cell
        if bytes[position] == UInt8(ascii: "\"") {
          let opening = line
          let start = position + 1
          position = start
          while true {
            guard position < bytes.count else {
              throw failure("a quote is opened here and never closed", line: opening)
            }
            if bytes[position] == UInt8(ascii: "\"") {
              guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else {
                break
              }
              position += 1
            } else if bytes[position] == 0x0A {
              line += 1
            }
            position += 1
          }
          cell = Cell(start: start, end: position, isQuoted: true)
          position += 1
          guard position == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[position]) else {
            throw failure(
              "text follows a closing quote; a quote inside a cell must be doubled", line: line)
          }
        } else {
          let start = position
          while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A,
            bytes[position] != 0x0D
          { position += 1 }
          cell = Cell(start: start, end: position, isQuoted: false)
        }
        guard cell.end - cell.start <= maximumCellBytes else {
          throw DataFormatError(
            .limitExceeded,
            """
            a cell of \(cell.end - cell.start) bytes is larger than the limit of \
            \(maximumCellBytes)
            """,
            at: Location(file: file, place: "line \(rowLine)"))
        }
        cells.append(cell)
        if position < bytes.count, bytes[position] == separator {
          position += 1
          if position == bytes.count {
            cells.append(Cell(start: position, end: position, isQuoted: false))
          }
          continue
        }
        if position < bytes.count, bytes[position] == 0x0D { position += 1 }
        if position < bytes.count, bytes[position] == 0x0A { position += 1 }
        line += 1
        if cells.count > 1 || cells[0].end > cells[0].start { rows.append((rowLine, cells)) }
        cells = []
        rowLine = line
      }
      if !cells.isEmpty { rows.append((rowLine, cells)) }
    }

    private func failure(_ message: String, line: Int) -> DataFormatError {
      DataFormatError(.invalidSyntax, message, at: Location(file: file, place: "line \(line)"))
    }
  }
}
