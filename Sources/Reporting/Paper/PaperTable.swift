public import DataFormats
import Diagnostics
public import Evaluation
import Metrics
import OrderedCollections
import Statistics

/// The table that papers print: a row per model and method, a column per benchmark, then what is
/// computed of them and what the method costs.
///
/// ```swift
/// var options = PaperTable.Options()
/// options.showsIntervals = true
/// let known = try PaperColumns(benchmarks: BenchmarkRegistry.all)
/// print(try PaperTable(runs, columns: known, options: options).table.text(.latex))
/// ```
public struct PaperTable: Sendable {
  public struct Options: Sendable {
    /// Columns by name, in order; nil for all that have a value.
    public var columns: [String]?
    /// New names for rows, models, methods and columns.
    public var names: [String: String] = [:]
    /// The column to sort by, the best first; a minus before it turns the order round.
    public var sort: String?
    public var showsIntervals = false
    /// The paper's rows to put beside.
    public var published: [PublishedRows.Row] = []
    /// What `efficiency --json` measured.
    public var costs: [CostRecord] = []

    public init() {}
  }

  /// A number of a row with all that is known of it.
  struct Entry: Sendable {
    var value: Double
    var decimals: Int
    /// As it may be shown.
    var interval: ResultTable.Cell.Interval?
    /// Half of the interval as computed, whatever the scale allows.
    var halfWidth: Double?
    /// What must be said of the interval, where intervals are shown.
    var intervalRemarks: [String] = []
    var footnotes: [String] = []
    /// The run that it comes from; nil for published and computed figures.
    var run: RunScores?
    /// Whether it may be compared with the others: of all questions, all answered.
    var isWhole = true
    /// Another run of the row has another figure.
    var isDisputed = false
    var source: JSONValue = .null
  }

  struct Row: Sendable {
    var model: String
    var method: String
    /// The method as the runs record it, whatever is said beside it to tell rows apart.
    var methodName = ""
    /// The checkpoint's content hash, and its architecture; nil where the runs do not say so.
    var content: String?
    var architecture: String?
    /// What people called the runs.
    var runNames: [String] = []
    var isPublished: Bool
    /// By the column's key.
    var entries: [String: Entry] = [:]

    var label: String { method.isEmpty ? model : "\(model)/\(method)" }
  }

  /// A column of this table: a benchmark under one set of questions and rules, or a cost.
  struct Column: Sendable {
    var key: String
    var known: PaperColumn
    var footnotes: [String] = []
  }

  let options: Options
  let known: PaperColumns
  private(set) var columns: [Column] = []
  private(set) var rows: [Row] = []
  var remarks: [String] = []
  /// By the columns' keys.
  private(set) var benchmarks: [String: any Benchmark] = [:]
  /// What the runs of a row logged.
  var measured: [Int: [Answer]] = [:]
  private let caption: String

  /// - Parameters:
  ///   - runs: the first profile of each is shown
  ///   - known: the columns that there are
  /// - Throws: ``ReportingError`` `unknown-name` for a column that there is not.
  public init(_ runs: [ScoredRun], columns known: PaperColumns, options: Options) throws {
    self.options = options
    self.known = known
    let groups = PaperColumnGroups(runs, known: known)
    caption = groups.caption
    columns = groups.columns
    for run in groups.runs {
      let row = place(of: run)
      if let name = run.scores.manifest.givenName, !rows[row].runNames.contains(name) {
        rows[row].runNames.append(name)
      }
      for (column, metric) in groups.figures(of: run) {
        var entry = PaperTable.entry(run, metric, column: column)
        if let known = rows[row].entries[column.key] {
          remarks.append(
            """
            \(rows[row].label): two runs of \(run.benchmark.title); the one in \
            \(known.run?.directory ?? "") is shown, not that in \(entry.run?.directory ?? "").
            """
          )
          let isSame = known.value == entry.value
          entry = known
          entry.isDisputed = known.isDisputed || !isSame
        }
        rows[row].entries[column.key] = entry
        benchmarks[column.key] = run.benchmark
      }
      addMeasured(run, to: row)
    }
    tellRowsApart(groups.identities)
    let main = known.all.filter { $0.source != nil }.compactMap { known in
      columns.first { $0.known == known }.map { (known.name, $0.key) }
    }
    for row in options.published { add(row, keys: Dictionary(main) { first, _ in first }) }
    addFineScores()
    addCosts()
    addRelativeScores()
    try arrange()
    try checkNames()
  }

  /// The row of a run's model and method.
  private mutating func place(of run: PaperColumnGroups.Run) -> Int {
    if let place = rowPlaces[run.identity] { return place }
    let manifest = run.scores.manifest
    rows.append(
      Row(
        model: run.model, method: run.method, methodName: run.method,
        content: manifest.model["content"], architecture: manifest.architecture,
        isPublished: false))
    rowPlaces[run.identity] = rows.count - 1
    return rows.count - 1
  }

  private var rowPlaces: [String: Int] = [:]

  /// Rows with one model and method differ in something else: that is said.
  private mutating func tellRowsApart(_ identities: [String: [(name: String, value: String)]]) {
    for (label, places) in Dictionary(grouping: rows.indices, by: { rows[$0].label })
    where places.count > 1 {
      _ = label
      let known = places.map { place in
        identities[rowPlaces.first { $0.value == place }?.key ?? ""] ?? []
      }
      for (place, properties) in zip(places, known) {
        let own = properties.filter { property in
          !known.allSatisfy { other in other.contains { $0 == property } }
        }
        let said = own.filter { $0.name != "content" && $0.name != "kind" }
        rows[place].method +=
          (rows[place].method.isEmpty ? "" : ", ")
          + (said.isEmpty ? own : said).map { String($0.value.prefix(24)) }.joined(separator: ", ")
      }
    }
  }

  private mutating func add(_ published: PublishedRows.Row, keys: [String: String]) {
    var row = Row(model: published.model, method: published.method, isPublished: true)
    for (name, figure) in published.figures {
      guard let known = self.known.named(name) else { continue }
      let key = keys[name] ?? name
      if !columns.contains(where: { $0.key == key }) {
        // A published row alone does not bring a benchmark that nobody ran.
        guard known.source == nil || keys.isEmpty || wanted.contains(name) else { continue }
        columns.append(Column(key: key, known: known))
      }
      row.entries[key] = Entry(
        value: figure.value, decimals: known.decimals,
        source: [
          "published": .string(published.name),
          "tables": .array(figure.tables.map { .integer($0) }),
        ])
    }
    rows.append(row)
  }

  mutating func set(_ entry: Entry, row: Int, column name: String) {
    guard let known = self.known.named(name) else { return }
    if !columns.contains(where: { $0.key == name }) {
      columns.append(Column(key: name, known: known))
    }
    rows[row].entries[name] = entry
  }

  /// A model is also known by its name without the hash behind it, where only one is called so.
  private func nameWithoutHash(_ model: String) -> String? {
    func bare(_ model: String) -> String? {
      let words = model.split(separator: " ")
      guard words.count > 1, let last = words.last, last.count == 8, last.allSatisfy(\.isHexDigit)
      else { return nil }
      return words.dropLast().joined(separator: " ")
    }
    guard let name = bare(model) else { return nil }
    return Set(rows.map(\.model).filter { bare($0) == name }).count == 1 ? name : nil
  }

  /// A new name for what is not in the table would be lost without a word.
  private func checkNames() throws {
    let known =
      rows.flatMap { [$0.label, $0.model, $0.method] } + columns.map(\.known.title)
      + rows.compactMap { nameWithoutHash($0.model) }
    for name in options.names.keys.sorted() where !known.contains(name) {
      let (shown, all) = (terminalText(name), OrderedSet(known.filter { !$0.isEmpty }))
      throw ReportingError(
        .unknownName,
        """
        the table has nothing called \"\(shown)\" to rename; \
        \(suggestion(for: name, among: Array(all)))
        """)
    }
  }

  // MARK: Order

  private mutating func arrange() throws {
    let order = known.all.map(\.name)
    columns = columns.enumerated().sorted { a, b in
      let (x, y) = (
        order.firstIndex(of: a.element.known.name) ?? order.count,
        order.firstIndex(of: b.element.known.name) ?? order.count
      )
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
    if let wanted = options.columns { columns = try wanted.flatMap { try columns(named: $0) } }
    guard var sort = options.sort else { return }
    let isReversed = sort.hasPrefix("-")
    if isReversed { sort.removeFirst() }
    guard let column = try named(sort).first else { return }
    rows = rows.enumerated().sorted { a, b in
      func value(_ row: Row) -> Double? {
        row.entries[column.key].flatMap { $0.value.isFinite ? $0.value : nil }
      }
      guard let x = value(a.element) else { return false }
      guard let y = value(b.element) else { return true }
      return x == y ? a.offset < b.offset : (x > y) != (column.known.lowerIsBetter != isReversed)
    }.map(\.element)
  }

  /// The columns that are asked for, or with none: those that have a value.
  private var wanted: [String] {
    (options.columns ?? []).flatMap { known.groups[$0.lowercased()] ?? [$0.lowercased()] }
  }

  /// Of a group all columns, with values or without: the head is the paper's.
  private func columns(named name: String) throws -> [Column] {
    guard let group = known.groups[name.lowercased()] else { return try named(name) }
    return group.flatMap { name in
      let found = columns.filter { $0.known.name == name }
      guard found.isEmpty, let column = known.named(name) else { return found }
      // Nobody expects a column of every cost that there is.
      return column.source == nil ? [] : [Column(key: name, known: column)]
    }
  }

  private func named(_ name: String) throws -> [Column] {
    let wanted = name.lowercased()
    let found = columns.filter {
      $0.known.name.lowercased() == wanted || $0.known.title.lowercased() == wanted
        || options.names[$0.known.title]?.lowercased() == wanted
        || $0.known.source?.benchmark == wanted
    }
    guard found.isEmpty else { return found }
    throw ReportingError(
      .unknownName,
      """
      the table has no column \"\(name)\"; \
      \(suggestion(for: name, among: columns.map(\.known.name) + known.groups.keys.sorted()))
      """
    )
  }

  // MARK: What is shown

  public var table: ResultTable {
    let emphasis = BestGroups(self)
    func renamed(_ name: String) -> String { options.names[name] ?? name }
    let hasNames = rows.contains { !$0.runNames.isEmpty }
    var table = ResultTable(
      columns: (hasNames ? [.init("Run", importance: .essential)] : [])
        + [.init("Model", importance: .essential), .init("Method", importance: .essential)]
        + columns.map { column in
          var shown = ResultTable.Column(
            column.key, title: renamed(column.known.title), alignment: .right,
            importance: column.known.importance)
          shown.footnotes = column.footnotes
          return shown
        })
    table.turnsWhenNarrow = true
    table.caption = ([caption] + [emphasis.sentence]).filter { !$0.isEmpty }.joined(separator: " ")
    var wasPublished = false
    for (place, row) in rows.enumerated() {
      var cells = ResultTable.Row()
      cells.startsGroup = row.isPublished != wasPublished && place > 0
      wasPublished = row.isPublished
      let label = options.names[row.label]
      if hasNames { cells["Run"] = .text(row.runNames.map(renamed).joined(separator: ", ")) }
      let newName =
        options.names[row.model] ?? nameWithoutHash(row.model).flatMap { options.names[$0] }
      cells["Model"] = .text(label ?? newName ?? row.model)
      cells["Method"] = .text(label == nil ? renamed(row.method) : "")
      if row.isPublished {
        cells["Method"].footnotes = ["published, arXiv 2505.15816; not measured here"]
      }
      for column in columns {
        guard let entry = row.entries[column.key] else { continue }
        if case .string(let text) = entry.source["text"] {
          cells[column.key] = .text(text)
          continue
        }
        cells[column.key] = .init(
          .number(entry.value, decimals: entry.decimals),
          interval: options.showsIntervals ? entry.interval : nil,
          emphasis: emphasis.of(row: place, column: column.key),
          footnotes: entry.footnotes + (options.showsIntervals ? entry.intervalRemarks : []))
      }
      table.append(cells)
    }
    table.notes = remarks
    return table
  }

  /// Where every number comes from: runs, hashes, files.
  public var sources: JSONValue {
    .array(
      rows.map { row in
        var cells: OrderedDictionary<String, JSONValue> = [:]
        for column in columns {
          guard let entry = row.entries[column.key] else { continue }
          var cell: OrderedDictionary<String, JSONValue> = [
            "value": entry.value.isFinite ? .number(entry.value) : .null
          ]
          if let interval = entry.interval {
            cell["low"] = .number(interval.low)
            cell["high"] = .number(interval.high)
          }
          cell["source"] = entry.source
          cells[column.key] = .object(cell)
        }
        return [
          "model": .string(row.model), "method": .string(row.method),
          "published": .bool(row.isPublished), "cells": .object(cells),
        ]
      })
  }
}
