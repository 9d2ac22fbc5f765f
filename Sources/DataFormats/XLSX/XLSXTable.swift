public import Diagnostics

/// The first sheet of an xlsx workbook as a table of raw strings: the first row names the columns.
///
/// Nothing is read as a number, a date or a missing value: an answer "007" or "None" stays what it
/// is. A cell that is not there is an empty string.
public struct XLSXTable: Sendable {
  public let file: String
  public let columns: [String]
  public let rows: [[String]]  // [rows, columns]
  /// The number that each row has in the sheet. // [rows]
  private let numbers: [Int]
  /// The columns whose cells hold a formula, with only its last value as text. // [rows]
  private let formulas: [Set<Int>]
  private let columnIndices: [String: Int]

  /// Excel's own limits, beyond which no sheet goes.
  static let mostColumns = 16_384
  static let mostRows = 1_048_576
  /// Far above every table of answers; empty cells between others count.
  static let mostCells = 20_000_000

  /// - Throws: ``DataFormatError`` naming file, part and row: no zip archive, a zip bomb, damaged
  ///   XML, an empty sheet.
  public init(contentsOf path: String) throws(DataFormatError) {
    try self.init(readPossiblyCompressedFile(path), file: path)
  }

  public init(_ bytes: [UInt8], file: String) throws(DataFormatError) {
    let archive = try XLSXArchive(bytes, file: file)
    guard archive.has("xl/workbook.xml") else {
      throw archive.failure(
        .invalidSyntax,
        "this is a zip archive but no xlsx workbook: it has no part \"xl/workbook.xml\"")
    }
    let sheet = try Self.firstSheet(of: archive)
    let strings =
      archive.has("xl/sharedStrings.xml")
      ? try Self.sharedStrings(archive, "xl/sharedStrings.xml") : []
    var reader = XLSXSheetReader(archive: archive, part: sheet, strings: strings)
    let grid = try reader.read()
    guard let header = grid.first(where: { !$0.cells.isEmpty }) else {
      throw archive.failure(
        .invalidSyntax, "the sheet is empty; its first row must name the columns")
    }
    self.file = file
    columns = header.cells
    let width = columns.count
    let body = grid.filter { $0.number > header.number && $0.cells.contains { !$0.isEmpty } }
    rows = body.map { row in (0..<width).map { $0 < row.cells.count ? row.cells[$0] : "" } }
    numbers = body.map(\.number)
    formulas = body.map(\.formulas)
    columnIndices = Dictionary(
      columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public var rowCount: Int { rows.count }
  public func has(column: String) -> Bool { columnIndices[column] != nil }

  /// A cell's text; nil where there is no such column.
  public func string(row: Int, column: String) -> String? {
    columnIndices[column].map { rows[row][$0] }
  }

  /// Whether a cell holds a formula: its text is then what a spreadsheet program computed of it,
  /// or a placeholder, and not what was meant to be written there.
  public func isFormula(row: Int, column: String) -> Bool {
    columnIndices[column].map { formulas[row].contains($0) } ?? false
  }

  /// Where a row stands, as a spreadsheet program counts it.
  public func location(row: Int) -> Location { Location(file: file, place: "row \(numbers[row])") }

  // MARK: Parts

  /// The part of the workbook's first sheet.
  private static func firstSheet(of archive: XLSXArchive) throws(DataFormatError) -> String {
    var identifier: String?
    try scan(archive, "xl/workbook.xml") { event in
      if case .start("sheet", let attributes) = event, identifier == nil {
        identifier = attributes["r:id"] ?? attributes["id"] ?? ""
      }
    }
    var target: String?
    if archive.has("xl/_rels/workbook.xml.rels"), let identifier {
      try scan(archive, "xl/_rels/workbook.xml.rels") { event in
        if case .start("Relationship", let attributes) = event, attributes["Id"] == identifier {
          target = attributes["Target"]
        }
      }
    }
    guard let target else { return "xl/worksheets/sheet1.xml" }
    return target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
  }

  /// The workbook's shared strings; a string's formatted runs are joined, phonetic guides are left
  /// out.
  private static func sharedStrings(
    _ archive: XLSXArchive, _ part: String
  ) throws(DataFormatError) -> [String] {
    var strings: [String] = []
    var current = ""
    var isText = false
    var isPhonetic = false
    try scan(archive, part) { event in
      switch event {
      case .start("si", _): current = ""
      case .start("rPh", _): isPhonetic = true
      case .end("rPh"): isPhonetic = false
      case .start("t", _): isText = !isPhonetic
      case .end("t"): isText = false
      case .end("si"): strings.append(XLSXSheetReader.unescaped(current))
      case .text(let text) where isText: current += text
      default: break
      }
    }
    return strings
  }

  private static func scan(
    _ archive: XLSXArchive, _ part: String, _ body: (XMLScanner.Event) -> Void
  ) throws(DataFormatError) {
    var scanner = XMLScanner(try archive.contents(part))
    do {
      while let event = try scanner.next() { body(event) }
    } catch {
      throw archive.failure(.invalidSyntax, "the part \"\(part)\" holds \(error.message)")
    }
  }
}

/// Reads the cells of one sheet.
struct XLSXSheetReader {
  let archive: XLSXArchive
  let part: String
  let strings: [String]

  /// A row that the sheet has, with its number there.
  struct Row {
    var number: Int
    var cells: [String]
    var formulas: Set<Int> = []
  }

  mutating func read() throws(DataFormatError) -> [Row] {
    var scanner = XMLScanner(try archive.contents(part))
    var rows: [Row] = []
    var row = Row(number: 0, cells: [])
    var column = 0
    /// Of the header.
    var width: Int?
    var cellCount = 0
    var type = ""
    var value = ""
    var isValue = false
    do {
      while let event = try scanner.next() {
        switch event {
        case .start("row", let attributes):
          row = Row(number: attributes["r"].flatMap { Int($0) } ?? row.number + 1, cells: [])
          column = 0
          guard rows.count < XLSXTable.mostRows else {
            throw archive.failure(.limitExceeded, "the sheet has more rows than Excel allows")
          }
        case .end("row"):
          rows.append(row)
          if width == nil, !row.cells.isEmpty { width = row.cells.count }
        case .start("c", let attributes):
          if let reference = attributes["r"], let index = Self.column(reference) { column = index }
          guard column < XLSXTable.mostColumns else {
            throw failure("a cell lies beyond Excel's last column", row)
          }
          type = attributes["t"] ?? "n"
          value = ""
        case .start("f", _): row.formulas.insert(column)
        case .start("v", _), .start("t", _): isValue = true
        case .end("v"), .end("t"): isValue = false
        case .text(let text) where isValue: value += text
        case .end("c"):
          // Rows are as wide as the header: a cell far beyond it, which no column names, would
          // make a small file fill the memory.
          if column >= (width ?? .max) {
            column += 1
            continue
          }
          cellCount += max(0, column + 1 - row.cells.count)
          guard cellCount <= XLSXTable.mostCells else {
            throw archive.failure(
              .limitExceeded, "the sheet has more than \(XLSXTable.mostCells) cells")
          }
          if row.cells.count <= column {
            row.cells += Array(repeating: "", count: column + 1 - row.cells.count)
          }
          row.cells[column] = try cell(value, type, row)
          column += 1
        default: break
        }
      }
    } catch let fault as XMLScanner.Fault {
      throw failure("the sheet holds \(fault.message)", row)
    } catch let error as DataFormatError {
      throw error
    } catch {
      throw failure("the sheet cannot be read", row)
    }
    return rows
  }

  private func cell(_ value: String, _ type: String, _ row: Row) throws(DataFormatError) -> String {
    switch type {
    case "s":
      guard let index = Int(value), strings.indices.contains(index) else {
        throw failure("a cell names the shared string \(value), which does not exist", row)
      }
      return strings[index]
    case "str", "inlineStr": return Self.unescaped(value)
    case "b": return value == "1" ? "True" : "False"
    default: return value
    }
  }

  private func failure(_ message: String, _ row: Row) -> DataFormatError {
    DataFormatError(
      .invalidSyntax, message, at: Location(file: archive.file, place: "row \(max(1, row.number))"))
  }

  /// The column of a reference like `AB12`, counted from 0.
  static func column(_ reference: String) -> Int? {
    var number = 0
    for byte in reference.utf8 {
      guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { break }
      number = number * 26 + Int(byte - UInt8(ascii: "A")) + 1
      if number > XLSXTable.mostColumns { return XLSXTable.mostColumns }
    }
    return number > 0 ? number - 1 : nil
  }

  /// Text with `_x000B_` as the character that it stands for: XML cannot hold control characters,
  /// workbooks write them so.
  static func unescaped(_ text: String) -> String {
    guard text.contains("_x") else { return text }
    let scalars = Array(text.unicodeScalars)
    var units: [UInt16] = []
    var index = 0
    while index < scalars.count {
      if let unit = escapedUnit(scalars, at: index) {
        units.append(unit)
        index += 7
      } else {
        units.append(contentsOf: UTF16.encode(scalars[index]).map { Array($0) } ?? [])
        index += 1
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// What `_x000B_` at a place stands for; nil where nothing of this form begins there.
  static func escapedUnit(_ scalars: [Unicode.Scalar], at index: Int) -> UInt16? {
    guard index + 6 < scalars.count, scalars[index] == "_", scalars[index + 1] == "x",
      scalars[index + 6] == "_",
      scalars[index + 2...index + 5].allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit })
    else { return nil }
    return UInt16(String(String.UnicodeScalarView(scalars[index + 2...index + 5])), radix: 16)
  }
}
