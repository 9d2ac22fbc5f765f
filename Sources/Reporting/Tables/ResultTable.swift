import OrderedCollections

/// A table of measured or computed figures: the one kind of table that every command prints.
///
/// A table knows what its cells mean and nothing of how it is written; the formats are extensions:
/// Markdown for people, a terminal of a given width, LaTeX for papers, HTML, CSV and JSON for
/// programs.
///
/// ```swift
/// var table = ResultTable(columns: ["Benchmark", .init("Score", importance: .high), "n"])
/// table.append(["Benchmark": .text("DocVQA val"), "Score": .number(68.03, decimals: 2)])
/// print(table.text(.markdown))
/// ```
public struct ResultTable: Sendable {
  /// What a column says, and how much is lost without it.
  public struct Column: Sendable, Equatable, ExpressibleByStringLiteral {
    /// How long a column is kept where a terminal is too narrow for all.
    public enum Importance: Int, Sendable, Comparable {
      /// Left out first.
      case detail
      case low
      case normal
      case high
      /// Never left out.
      case essential

      public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// On which side shorter cells are padded.
    public enum Alignment: Sendable {
      case left
      case right
    }

    /// The key of its cells and the name for programs, unique in a table.
    public var name: String
    /// The name for people.
    public var title: String
    /// Nil: numbers to the right, texts to the left.
    public var alignment: Alignment?
    public var importance: Importance
    /// Stand below the table, marked at the title.
    public var footnotes: [String] = []

    public init(
      _ name: String, title: String? = nil, alignment: Alignment? = nil,
      importance: Importance = .normal
    ) {
      self.name = name
      self.title = title ?? name
      self.alignment = alignment
      self.importance = importance
    }

    public init(stringLiteral name: String) { self.init(name) }
  }

  /// A row's cells by the names of their columns; what is not there is empty.
  public struct Row: Sendable, ExpressibleByDictionaryLiteral {
    var cells: OrderedDictionary<String, Cell> = [:]
    /// A thin rule stands above the row: another group begins.
    public var startsGroup = false

    public init() {}

    public init(dictionaryLiteral elements: (String, Cell)...) {
      for (name, cell) in elements { cells[name] = cell }
    }

    public subscript(column: String) -> Cell {
      get { cells[column] ?? .empty }
      set { cells[column] = newValue }
    }
  }

  /// How a table is written.
  public enum Format: String, Sendable, CaseIterable {
    case markdown, latex, csv, json, html
  }

  /// Stands above the table; empty for none.
  public var title: String
  /// What was measured how, in a sentence or two: a paper's caption. Empty for none.
  public var caption = ""
  /// What a program must know beside the rows: the machine, the setting, peaks.
  public var facts: [(name: String, value: Cell)] = []
  /// A terminal too narrow for its columns shows them as rows, if that shows more of them.
  public var turnsWhenNarrow = false
  /// Sentences below the table.
  public var notes: [String] = []
  public private(set) var columns: [Column]
  public private(set) var rows: [Row] = []

  public init(title: String = "", columns: [Column]) {
    self.title = title
    self.columns = columns
  }

  /// Adds a row. A cell of a column that the table does not have yet adds the column at the end:
  /// nothing is lost.
  public mutating func append(_ row: Row) {
    for name in row.cells.keys where !columns.contains(where: { $0.name == name }) {
      columns.append(Column(name))
    }
    rows.append(row)
  }

  public mutating func fact(_ name: String, _ value: Cell) { facts.append((name, value)) }

  /// The table in a format.
  ///
  /// - Parameter width: columns of the terminal it is shown on; only Markdown heeds it. Nil: all
  ///   columns, however wide.
  public func text(_ format: Format, width: Int? = nil) -> String {
    switch format {
    case .markdown: markdown(width: width)
    case .latex: latex
    case .csv: csv
    case .json: json.text(indented: true)
    case .html: html
    }
  }

  /// Several tables in one format, as a command prints them: JSON is an array of them, CSV has an
  /// empty line between them.
  public static func text(
    of tables: [ResultTable], _ format: Format, width: Int? = nil
  ) -> String {
    if tables.count == 1, let only = tables.first { return only.text(format, width: width) }
    switch format {
    case .json: return jsonArray(of: tables).text(indented: true)
    case .html: return htmlDocument(of: tables)
    case .latex: return latexDocument(of: tables)
    case .csv: return tables.map(\.csv).joined(separator: "\r\n")
    case .markdown:
      return tables.map { $0.text(format, width: width) }.joined(separator: "\n")
    }
  }

  var shownFacts: String { facts.map { "\($0.name): \($0.value.shown)" }.joined(separator: "; ") }

  func alignment(of column: Column) -> Column.Alignment {
    if let alignment = column.alignment { return alignment }
    let values = rows.map { $0[column.name].value }
    return values.isEmpty || values.contains(where: \.isText) || values.allSatisfy(\.isEmpty)
      ? .left : .right
  }
}

extension ResultTable {
  /// Every footnote with its mark, in the order in which a reader meets them.
  var footnotes: OrderedDictionary<String, String> {
    var marks: OrderedDictionary<String, String> = [:]
    let all =
      columns.flatMap(\.footnotes)
      + rows.flatMap { row in columns.flatMap { row[$0.name].footnotes } }
    for text in all where marks[text] == nil { marks[text] = Self.mark(marks.count) }
    return marks
  }

  /// †, ‡, §, ¶, then a, b ... z, then numbers.
  private static func mark(_ index: Int) -> String {
    let signs = ["†", "‡", "§", "¶"]
    if index < signs.count { return signs[index] }
    let letter = index - signs.count
    return letter < 26 ? String(UnicodeScalar(UInt8(97 + letter))) : String(letter - 25)
  }

  func marks(_ texts: [String], _ footnotes: OrderedDictionary<String, String>) -> String {
    let marks = texts.compactMap { footnotes[$0] }.joined(separator: ",")
    // A letter would look like a part of the word before it.
    return marks.first.map { $0.isASCII } ?? false ? " [\(marks)]" : marks
  }
}
