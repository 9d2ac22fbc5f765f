import DataFormats
import Diagnostics
public import OrderedCollections

/// The paper's rows by name: `vicuna-7b/baseline`, `vicuna-7b/visionzip` ..., each with every
/// figure that any of its tables gives.
public struct PublishedRows: Sendable {
  /// A row of the paper: a language model and a method.
  public struct Row: Sendable, Equatable {
    /// `vicuna-7b/proxyv-12`
    public let name: String
    /// The figures by the tables' column names (`docvqa`, `mme_p`, `flops_reduced` ...) with the
    /// numbers of the tables that print them.
    public let figures: OrderedDictionary<String, Figure>

    public var model: String { String(name.prefix { $0 != "/" }) }
    public var method: String { String(name.drop { $0 != "/" }.dropFirst()) }
    /// The tables that have this row.
    public var tables: [Int] { Array(Set(figures.values.flatMap(\.tables))).sorted() }
  }

  /// A printed number. Two tables may print another one under the same name: RefCOCO is 82.96 in
  /// table 5, where training continued on documents, and 75.39 in table 7.
  public struct Figure: Sendable, Equatable {
    public var value: Double
    public var tables: [Int]
  }

  public let rows: [Row]

  /// - Throws: `DataFormatError` only where the embedded file itself is broken.
  public init() throws {
    let published = try PublishedTables()
    var rows: OrderedDictionary<String, OrderedDictionary<String, Figure>> = [:]
    // The tables with all models first: their rows are the ones that people know.
    for number in [10, 7, 4, 9, 8, 6, 5, 3, 2, 1] {
      let table = try published.table(number)
      for row in table.rows {
        let name = Self.canonical(row.name)
        for (column, value) in zip(table.columns, row.values) {
          guard let value else { continue }
          // Table 5's RefCOCO is of other weights than table 7's: a figure of its own.
          let isOther = rows[name, default: [:]][column].map { $0.value != value } ?? false
          let key = isOther ? "\(column)_table\(number)" : column
          if var figure = rows[name, default: [:]][key] {
            figure.tables = (figure.tables + [number]).sorted()
            rows[name]?[key] = figure
          } else {
            rows[name, default: [:]][key] = Figure(value: value, tables: [number])
          }
        }
      }
    }
    self.rows = rows.map { Row(name: $0.key, figures: $0.value) }
  }

  /// One name for a row that tables call `L12-ProxyV`, `proxyv-12` or `vicuna-7b/proxyv-12`: tables
  /// without a model are of Vicuna-7B.
  static func canonical(_ name: String) -> String {
    if name.contains("/") { return name }
    if name.hasSuffix("-ProxyV"), name.hasPrefix("L") {
      return "vicuna-7b/proxyv-" + name.dropFirst().dropLast("-ProxyV".count)
    }
    // Table 2 repeats table 1's rows of trained attention skipping by what is skipped.
    return "vicuna-7b/" + (name.hasSuffix("-ATN") ? name.dropLast(4) + "-FT" : name)
  }

  /// The rows that `names` ask for, separated by commas; a name without a model is of Vicuna-7B.
  /// - Throws: ``ReportingError`` naming the nearest row.
  public func rows(named names: String) throws(ReportingError) -> [Row] {
    var found: [Row] = []
    for part in names.split(separator: ",") {
      let name = part.trimmingSpaces
      let matches = rows.filter { row in
        row.name.lowercased() == name.lowercased()
          || row.name.lowercased() == Self.canonical(name).lowercased()
          // A model alone is all of its rows.
          || row.model.lowercased() == name.lowercased()
      }
      guard !matches.isEmpty else {
        throw ReportingError(
          .unknownName,
          """
          no published row is called \"\(name)\"; \
          \(suggestion(for: name, among: rows.map(\.name)))
          """
        )
      }
      found += matches.filter { row in !found.contains { $0.name == row.name } }
    }
    return found
  }

  /// `list published`.
  public var table: ResultTable {
    var table = ResultTable(columns: [
      .init("Row", importance: .essential), .init("Tables", importance: .essential),
      .init("Figures", importance: .normal),
    ])
    for row in rows {
      table.append([
        "Row": .text(row.name),
        "Tables": .text(row.tables.map(String.init).joined(separator: ", ")),
        "Figures": .text(row.figures.keys.joined(separator: ", ")),
      ])
    }
    table.notes = [
      """
      ProxyV paper (arXiv 2505.15816). report --published ROW,ROW puts rows beside runs; \
      --published-table N prints a table as the paper does.
      """
    ]
    return table
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.hasPrefix(" ") { text.removeFirst() }
    while text.hasSuffix(" ") { text.removeLast() }
    return String(text)
  }
}
