public import DataFormats
import OrderedCollections

// CSV and JSON: all digits, no rounding.
extension ResultTable {
  /// RFC 4180; a measured column is followed by one with its spread, a column with intervals by
  /// their ends, one with footnotes by their texts, its own and those of its cells. A column of
  /// ranges is two of numbers. The facts are columns too, equal in every row.
  /// No text is a formula to a spreadsheet.
  public var csv: String {
    var header: [String] = []
    var fields: [@Sendable (Row) -> String] = []
    for column in columns {
      let name = column.name
      let cells = rows.map { $0[name] }
      let isRange = cells.contains { $0.value.range != nil }
      if isRange {
        header += [ShownText.csv(name + " low"), ShownText.csv(name + " high")]
        fields.append { $0[name].value.range.map { Cell.exact($0.low) } ?? "" }
        fields.append { $0[name].value.range.map { Cell.exact($0.high) } ?? "" }
      } else {
        header.append(ShownText.csv(name))
        fields.append { $0[name].exact }
      }
      if cells.contains(where: { $0.runs != nil }) {
        header.append(ShownText.csv(name + " spread"))
        fields.append { $0[name].runs.map { "\($0.spread)" } ?? "" }
      }
      if cells.contains(where: { $0.interval != nil }) {
        header += [ShownText.csv(name + " low"), ShownText.csv(name + " high")]
        fields.append { $0[name].interval.map { Cell.exact($0.low) } ?? "" }
        fields.append { $0[name].interval.map { Cell.exact($0.high) } ?? "" }
      }
      let own = column.footnotes
      if !own.isEmpty || cells.contains(where: { !$0.footnotes.isEmpty }) {
        header.append(ShownText.csv(name + " note"))
        fields.append { ShownText.csv((own + $0[name].footnotes).joined(separator: "; ")) }
      }
    }
    let factNames = facts.map { ShownText.csv($0.name) }
    let factFields = facts.map(\.value.exact)
    let lines = [header + factNames] + rows.map { row in fields.map { $0(row) } + factFields }
    return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  /// `{"title", "caption", "facts", "columns", "column_notes", "rows", "notes"}`. A cell is its
  /// value; with an interval, emphasis or footnotes it is
  /// `{"value", "low", "high", "level", "cut", "best", "in_best_group", "notes"}`, measured it is
  /// `{"median", "spread", "runs"}`, a range `{"low", "high"}`.
  public var json: JSONValue {
    func object(_ pairs: [(String, Cell)]) -> JSONValue {
      .object(
        OrderedDictionary(pairs.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first }))
    }
    return [
      "title": .string(title), "caption": .string(caption),
      "facts": object(facts.map { ($0.name, $0.value) }),
      "columns": .array(columns.map { .string($0.name) }),
      "column_notes": .object(
        OrderedDictionary(
          columns.filter { !$0.footnotes.isEmpty }.map { column in
            (column.name, JSONValue.array(column.footnotes.map { .string($0) }))
          }, uniquingKeysWith: { first, _ in first })),
      "rows": .array(rows.map { row in object(columns.map { ($0.name, row[$0.name]) }) }),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  static func jsonArray(of tables: [ResultTable]) -> JSONValue { .array(tables.map(\.json)) }
}

extension ResultTable.Cell {
  static func exact(_ value: Double) -> String { value.isFinite ? "\(value)" : "" }

  /// A field of a CSV file: all digits.
  var exact: String {
    switch value {
    case .text(let text): ShownText.csv(text)
    case .integer(let value): String(value)
    case .number(let value, _): Self.exact(value)
    case .measured(let value, _), .share(let value): Self.exact(value.median)
    case .range, .dash, .empty: ""
    }
  }

  var json: JSONValue {
    func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
    let plain: JSONValue =
      switch value {
      case .text(let text): .string(text)
      case .integer(let value): .integer(value)
      case .number(let value, _): number(value)
      case .measured(let value, _), .share(let value):
        [
          "median": number(value.median), "spread": number(value.spread),
          "runs": .array(value.runs.map(number)),
        ]
      case .range(let low, let high, _, _): ["low": number(low), "high": number(high)]
      case .dash, .empty: .null
      }
    guard interval != nil || emphasis != .none || !footnotes.isEmpty else { return plain }
    var members: OrderedDictionary<String, JSONValue> = ["value": plain]
    if let interval {
      members["low"] = number(interval.low)
      members["high"] = number(interval.high)
      members["level"] = .number(interval.level)
      if interval.isCut { members["cut"] = .bool(true) }
    }
    if emphasis != .none {
      members["best"] = .bool(emphasis == .best || emphasis == .bestOfGroup)
      members["in_best_group"] = .bool(true)
    }
    if !footnotes.isEmpty { members["notes"] = .array(footnotes.map { .string($0) }) }
    return .object(members)
  }
}
