public import DataFormats
import Foundation
import OrderedCollections
import Reporting

/// What a benchmark measured: one table that renders to Markdown for people, and to CSV and JSON for programs.
public struct ResultTable: Sendable {
  public enum Cell: Sendable, Equatable {
    case text(String)
    case integer(Int)
    /// A plain number, shown with so many decimals.
    case number(Double, decimals: Int)
    /// A median with its spread.
    case measured(Measurement, decimals: Int)
    /// A share, shown in percent.
    case share(Measurement)
    case empty
  }

  /// How a table is written.
  public enum Format: Sendable {
    case markdown, csv, json
  }

  public var title: String
  /// What the reader must know: the machine, the setting, peaks.
  public var notes: [(name: String, value: Cell)] = []
  public let columns: [String]
  public private(set) var rows: [[Cell]] = []

  public init(title: String, columns: [String]) {
    self.title = title
    self.columns = columns
  }

  /// Adds a row; missing cells are empty.
  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count <= columns.count)
    rows.append(cells + Array(repeating: .empty, count: columns.count - cells.count))
  }

  public mutating func note(_ name: String, _ value: Cell) { notes.append((name, value)) }

  public func text(_ format: Format) -> String {
    switch format {
    case .markdown: markdown
    case .csv: csv
    case .json: json.text(indented: true)
    }
  }

  /// Medians with their spread behind them: `431.2 ±1.4 %`.
  public var markdown: String {
    var table = MarkdownTable(columns.indices.map { column in (columns[column], isNumeric(column) ? .right : .left) })
    for row in rows { table.append(row.map(\.shown)) }
    let facts = notes.map { "\($0.name): \($0.value.shown)" }
    return "## \(title)\n\n" + (facts.isEmpty ? "" : facts.joined(separator: "; ") + ".\n\n") + table.text
  }

  /// RFC 4180; a measured column is followed by one with its spread. The notes are columns too, equal in every row.
  public var csv: String {
    func field(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    let measured = columns.indices.map { column in rows.contains { $0[column].measurement != nil } }
    var header: [String] = []
    for (column, name) in columns.enumerated() { header += measured[column] ? [name, name + " spread"] : [name] }
    var lines = [header + notes.map(\.name)]
    for row in rows {
      var fields: [String] = []
      for (column, cell) in row.enumerated() {
        fields.append(cell.exact)
        if measured[column] { fields.append(cell.measurement.map { "\($0.spread)" } ?? "") }
      }
      lines.append(fields + notes.map(\.value.exact))
    }
    return lines.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// Measured cells are `{"median", "spread", "runs"}`.
  public var json: JSONValue {
    func object(_ pairs: [(String, Cell)]) -> JSONValue {
      .object(OrderedDictionary(pairs.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first }))
    }
    return [
      "title": .string(title), "notes": object(notes.map { ($0.name, $0.value) }),
      "rows": .array(rows.map { row in object(Array(zip(columns, row))) }),
    ]
  }

  private func isNumeric(_ column: Int) -> Bool {
    !rows.isEmpty && rows.allSatisfy { if case .text = $0[column] { false } else { true } }
  }
}

extension ResultTable.Cell {
  var measurement: Measurement? {
    switch self {
    case .measured(let value, _), .share(let value): value
    default: nil
    }
  }

  /// For people.
  var shown: String {
    func spread(_ value: Measurement) -> String { value.runs.count > 1 ? String(format: " ±%.1f %%", 100 * value.spread) : "" }
    switch self {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value, let decimals): return Self.decimal(value, decimals)
    case .measured(let value, let decimals): return Self.decimal(value.median, decimals) + spread(value)
    case .share(let value): return Self.decimal(100 * value.median, 1) + " %"
    case .empty: return ""
    }
  }

  /// For programs: all digits.
  var exact: String {
    switch self {
    case .text(let text): text
    case .integer(let value): String(value)
    case .number(let value, _): "\(value)"
    case .measured(let value, _), .share(let value): "\(value.median)"
    case .empty: ""
    }
  }

  var json: JSONValue {
    switch self {
    case .text(let text): return .string(text)
    case .integer(let value): return .integer(value)
    case .number(let value, _): return .number(value)
    case .measured(let value, _), .share(let value):
      return ["median": .number(value.median), "spread": .number(value.spread), "runs": .array(value.runs.map { .number($0) })]
    case .empty: return .null
    }
  }

  /// A negative number of decimals asks for a power of ten: `3.1e-07`.
  private static func decimal(_ value: Double, _ decimals: Int) -> String {
    decimals < 0 ? String(format: "%.1e", value) : String(format: "%.\(decimals)f", value)
  }
}
