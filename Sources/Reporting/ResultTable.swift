public import DataFormats
import Foundation
import OrderedCollections

/// A table of measured or computed figures that is written for people (Markdown), papers (LaTeX)
/// and programs (CSV, JSON).
public struct ResultTable: Sendable {
  public enum Cell: Sendable, Equatable {
    case text(String)
    case integer(Int)
    /// A plain number, shown with so many decimals; a negative count asks for a power of ten,
    /// `3.1e-07`.
    case number(Double, decimals: Int)
    /// A median with its spread.
    case measured(MeasuredRuns, decimals: Int)
    /// A share, shown in percent.
    case share(MeasuredRuns)
    case empty
  }

  /// How a table is written.
  public enum Format: String, Sendable, CaseIterable {
    case markdown, latex, csv, json
  }

  /// Stands above the table; empty for none.
  public var title: String
  /// What a program must know beside the rows: the machine, the setting, peaks.
  public var facts: [(name: String, value: Cell)] = []
  /// Sentences below the table.
  public var notes: [String] = []
  public let columns: [String]
  public private(set) var rows: [[Cell]] = []

  public init(title: String = "", columns: [String]) {
    self.title = title
    self.columns = columns
  }

  /// Adds a row; missing cells are empty.
  public mutating func append(_ cells: [Cell]) {
    rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : .empty })
  }

  public mutating func fact(_ name: String, _ value: Cell) { facts.append((name, value)) }

  public func text(_ format: Format) -> String {
    switch format {
    case .markdown: markdown
    case .latex: latex
    case .csv: csv
    case .json: json.text(indented: true)
    }
  }

  /// Medians with their spread behind them: `431.2 ±1.4 %`.
  public var markdown: String {
    var table = MarkdownTable(
      columns.indices.map { column in (columns[column], isNumeric(column) ? .right : .left) })
    for row in rows { table.append(row.map(\.shown)) }
    return (title.isEmpty ? "" : "## \(title)\n\n") + (facts.isEmpty ? "" : shownFacts + ".\n\n")
      + table.text
      + notes.map { "\n\($0)\n" }.joined()
  }

  /// A `tabular` with the rules of the booktabs package; title, facts and notes are comments.
  public var latex: String {
    let alignment = columns.indices.map { isNumeric($0) ? "r" : "l" }.joined()
    let lines = rows.map { row in
      row.map { Self.latex($0.shown) }.joined(separator: " & ") + " \\\\"
    }
    let comments = ([title] + [facts.isEmpty ? "" : shownFacts] + notes).filter { !$0.isEmpty }
    return
      ([
        "\\begin{tabular}{\(alignment)}", "\\toprule",
        columns.map(Self.latex).joined(separator: " & ") + " \\\\", "\\midrule",
      ]
      + lines + ["\\bottomrule", "\\end{tabular}"] + comments.map { "% \($0)" }).joined(
        separator: "\n") + "\n"
  }

  /// RFC 4180; a measured column is followed by one with its spread. The facts are columns too,
  /// equal in every row.
  public var csv: String {
    func field(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    let measured = columns.indices.map { column in rows.contains { $0[column].runs != nil } }
    var header: [String] = []
    for (column, name) in columns.enumerated() {
      header += measured[column] ? [name, name + " spread"] : [name]
    }
    var lines = [header + facts.map(\.name)]
    for row in rows {
      var fields: [String] = []
      for (column, cell) in row.enumerated() {
        fields.append(cell.exact)
        if measured[column] { fields.append(cell.runs.map { "\($0.spread)" } ?? "") }
      }
      lines.append(fields + facts.map(\.value.exact))
    }
    return lines.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// Measured cells are `{"median", "spread", "runs"}`.
  public var json: JSONValue {
    func object(_ pairs: [(String, Cell)]) -> JSONValue {
      .object(
        OrderedDictionary(pairs.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first }))
    }
    return [
      "title": .string(title), "facts": object(facts.map { ($0.name, $0.value) }),
      "rows": .array(rows.map { row in object(Array(zip(columns, row))) }),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  private var shownFacts: String {
    facts.map { "\($0.name): \($0.value.shown)" }.joined(separator: "; ")
  }

  private func isNumeric(_ column: Int) -> Bool {
    !rows.isEmpty && rows.allSatisfy { if case .text = $0[column] { false } else { true } }
  }

  private static func latex(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": "\\\(scalar)"
      case "\\": "\\textbackslash{}"
      case "±": "$\\pm$"
      case "×": "$\\times$"
      default: "\(scalar)"
      }
    }.joined()
  }
}

extension ResultTable.Cell {
  var runs: MeasuredRuns? {
    switch self {
    case .measured(let value, _), .share(let value): value
    default: nil
    }
  }

  /// For people.
  public var shown: String {
    func spread(_ value: MeasuredRuns) -> String {
      value.runs.count > 1 ? String(format: " ±%.1f %%", 100 * value.spread) : ""
    }
    switch self {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value, let decimals): return Self.decimal(value, decimals)
    case .measured(let value, let decimals):
      return Self.decimal(value.median, decimals) + spread(value)
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
    func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
    switch self {
    case .text(let text): return .string(text)
    case .integer(let value): return .integer(value)
    case .number(let value, _): return number(value)
    case .measured(let value, _), .share(let value):
      return [
        "median": number(value.median), "spread": number(value.spread),
        "runs": .array(value.runs.map(number)),
      ]
    case .empty: return .null
    }
  }

  private static func decimal(_ value: Double, _ decimals: Int) -> String {
    if !value.isFinite { return "n/a" }
    return decimals < 0 ? String(format: "%.1e", value) : String(format: "%.\(decimals)f", value)
  }
}
