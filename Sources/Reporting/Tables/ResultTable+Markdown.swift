import Diagnostics
import Foundation

extension ResultTable {
  /// The whole table in Markdown; the source is aligned where its lines are short.
  public var markdown: String { markdown(width: nil) }

  /// The table in Markdown, whose source can be read as it is.
  ///
  /// A table that ``turnsWhenNarrow`` has a column for each row where that shows more.
  ///
  /// - Parameter width: no line is longer, for a terminal of so many columns, at least 60. Texts
  ///   are wrapped between words; where that is not enough, the least important columns are left
  ///   out, and it is said which. Nil: all columns, however wide.
  func markdown(width: Int?) -> String {
    if let width, let turned = turned(for: width) { return turned.written(width, leastText: 10) }
    return written(width, leastText: MarkdownLayout.narrowestText)
  }

  /// - Parameter leastText: texts are not wrapped to less than so many characters
  private func written(_ width: Int?, leastText: Int) -> String {
    var layout = MarkdownLayout(self, leastText: leastText)
    if let width { layout.fit(width) }
    var lines: [String] = []
    func add(_ text: String) {
      let text = ShownText.markdown(text)
      lines += width.map { TextWidth.wrapped(text, to: $0) } ?? [text]
    }
    if !title.isEmpty {
      add("## " + title)
      lines.append("")
    }
    if !caption.isEmpty {
      add(caption)
      lines.append("")
    }
    if !facts.isEmpty {
      add(shownFacts + ".")
      lines.append("")
    }
    if !columns.isEmpty { lines += layout.lines }
    for (text, mark) in footnotes where layout.marks.contains(mark) {
      lines.append("")
      add(mark + " " + text)
    }
    for note in notes {
      lines.append("")
      add(note)
    }
    if !layout.omitted.isEmpty {
      lines.append("")
      add(
        "Not shown for want of room: \(layout.omitted.joined(separator: ", "))."
          + " A wider terminal or --format markdown shows all.")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ResultTable {
  /// The table with its columns as rows, where it loses columns as it stands and none turned, but
  /// details.
  private func turned(for width: Int) -> ResultTable? {
    func isWhole(_ table: ResultTable, leastText: Int) -> Bool {
      var layout = MarkdownLayout(table, leastText: leastText)
      layout.fit(width)
      return layout.isWhole
    }
    guard turnsWhenNarrow, !isWhole(self, leastText: MarkdownLayout.narrowestText) else {
      return nil
    }
    let figures = columns.filter { !isLabel($0) }
    let details = figures.filter { $0.importance == .detail }
    var whole = turned(figures)
    if isWhole(whole, leastText: 10) { return whole }
    whole = turned(figures.filter { $0.importance != .detail })
    if !details.isEmpty {
      whole.notes.append(
        "Not shown for want of room: \(details.map(\.title).joined(separator: ", "))."
          + " A wider terminal or --format markdown shows all.")
    }
    return isWhole(whole, leastText: 10) ? whole : nil
  }

  /// Whether a column says what a row is about.
  private func isLabel(_ column: Column) -> Bool {
    column.importance == .essential && alignment(of: column) == .left
  }

  /// These columns as rows; the labels are the new columns' titles.
  private func turned(_ figures: [Column]) -> ResultTable {
    let labels = columns.filter(isLabel)
    var table = ResultTable(
      title: title,
      columns: [.init("", importance: .essential)]
        + rows.enumerated().map { place, row in
          let texts = labels.map { row[$0.name].shown }.filter { !$0.isEmpty }
          var column = Column(
            "row \(place)", title: texts.joined(separator: " "), alignment: .right)
          column.footnotes = labels.flatMap { row[$0.name].footnotes }
          return column
        })
    for figure in figures {
      var cells: Row = ["": Cell(.text(figure.title), footnotes: figure.footnotes)]
      for (place, row) in rows.enumerated() { cells["row \(place)"] = row[figure.name] }
      table.append(cells)
    }
    table.caption = caption
    table.facts = facts
    table.notes = notes
    return table
  }
}

/// Which columns of a table are shown, and how wide each is.
struct MarkdownLayout {
  /// A line longer than this is not padded where no width is asked for: nobody reads it as it
  /// stands.
  private static let widestAligned = 160
  /// A text is wrapped before another column is left out, but not to less than this.
  static let narrowestText = 18
  /// `| ` before the first cell, ` | ` between two, ` |` behind the last.
  private static let gap = 3

  private struct Column {
    /// Where it stands in the whole table.
    var place: Int
    var title: String
    var cells: [String]
    var isRight: Bool
    var importance: ResultTable.Column.Importance
    var marks: Set<String> = []
    var width = 0
    var leastText: Int

    var natural: Int {
      max(3, cells.map(TextWidth.columns).max() ?? 0, TextWidth.columns(of: title))
    }
    /// Numbers stay whole, their intervals may stand below them; titles and texts wrap.
    var least: Int {
      let parts = cells.map { cell in
        isRight
          ? MarkdownLayout.number(cell).map(TextWidth.columns).max() ?? 0
          : TextWidth.longestPiece(of: cell)
      }
      return max(
        3, TextWidth.longestPiece(of: title), parts.max() ?? 0,
        isRight ? 0 : min(natural, leastText))
    }
  }

  private var columns: [Column]
  /// The marks of the footnotes that the shown columns have.
  var marks: Set<String> { columns.reduce(into: []) { $0.formUnion($1.marks) } }
  /// The titles of the columns that found no room.
  private(set) var omitted: [String] = []
  private var isAligned: Bool
  /// Nothing is left out, and nothing is cut.
  var isWhole: Bool { omitted.isEmpty && columns.allSatisfy { $0.width >= $0.least } }

  init(_ table: ResultTable, leastText: Int = narrowestText) {
    let footnotes = table.footnotes
    columns = table.columns.enumerated().map { place, column in
      let cells = table.rows.map { row in
        let cell = row[column.name]
        let text = ShownText.markdown(cell.shown)
        let marks = table.marks(cell.footnotes, footnotes)
        return switch text.isEmpty ? .none : cell.emphasis {
        case .none: text + marks
        case .best: "**\(text)**" + marks
        case .tied: "*\(text)*" + marks
        case .bestOfGroup: "***\(text)***" + marks
        }
      }
      return Column(
        place: place,
        title: ShownText.markdown(column.title) + table.marks(column.footnotes, footnotes),
        cells: cells, isRight: table.alignment(of: column) == .right,
        importance: column.importance,
        marks: Set(
          (column.footnotes + table.rows.flatMap { $0[column.name].footnotes }).compactMap {
            footnotes[$0]
          }), leastText: leastText)
    }
    for place in columns.indices { columns[place].width = columns[place].natural }
    isAligned = true
    isAligned = total(columns.map(\.width)) <= Self.widestAligned
  }

  /// `68.03` and `±1.20`, `97.50` and `(94.10–100.00)`.
  private static func number(_ cell: String) -> [String] {
    guard let place = cell.range(of: " ±") ?? cell.range(of: " (") else { return [cell] }
    return [String(cell[..<place.lowerBound]), String(cell[place.lowerBound...].dropFirst())]
  }

  /// A cell or title in lines.
  private static func lines(_ cell: String, _ column: Column) -> [String] {
    guard column.isRight, cell != column.title else {
      return TextWidth.wrappedPieces(cell, to: column.width)
    }
    guard TextWidth.columns(of: cell) > column.width else { return [cell] }
    return number(cell).map { TextWidth.shortened($0, to: column.width) }
  }

  private func total(_ widths: [Int]) -> Int { widths.reduce(1) { $0 + $1 + Self.gap } }

  /// Narrows texts, then leaves out the least important columns, the last first among equals.
  mutating func fit(_ width: Int) {
    isAligned = true
    var left: [Column] = []
    while total(columns.map(\.least)) > width, columns.count > 1,
      let lowest = columns.map(\.importance).min(), lowest < .essential,
      let place = columns.lastIndex(where: { $0.importance == lowest })
    {
      left.append(columns.remove(at: place))
    }
    // What was left out for a wider one may have room yet, the most important first.
    for column in left.reversed() {
      let place = columns.firstIndex { $0.place > column.place } ?? columns.count
      columns.insert(column, at: place)
      if total(columns.map(\.least)) > width { columns.remove(at: place) }
    }
    omitted = left.reversed().filter { column in !columns.contains { $0.place == column.place } }
      .map(\.title)
    // Essential columns alone may be too wide: then words lose their middle.
    var floors = columns.map(\.least)
    while total(floors) > width, let widest = floors.indices.max(by: { floors[$0] < floors[$1] }),
      floors[widest] > 3
    { floors[widest] -= 1 }
    while total(columns.map(\.width)) > width {
      let narrowable = columns.indices.filter { columns[$0].width > floors[$0] }
      guard let widest = narrowable.max(by: { columns[$0].width < columns[$1].width }) else {
        break
      }
      columns[widest].width -= 1
    }
  }

  var lines: [String] {
    let widths = columns.map { isAligned ? $0.width : 3 }
    let rule = columns.indices.map { place in
      columns[place].isRight
        ? String(repeating: "-", count: widths[place] - 1) + ":"
        : String(repeating: "-", count: widths[place])
    }
    let rowCount = columns.first?.cells.count ?? 0
    return line(columns.map(\.title)) + ["| " + rule.joined(separator: " | ") + " |"]
      + (0..<rowCount).flatMap { row in line(columns.map { $0.cells[row] }) }
  }

  /// A row of the table in as many lines as its longest cell needs.
  private func line(_ cells: [String]) -> [String] {
    guard isAligned else { return ["| " + cells.joined(separator: " | ") + " |"] }
    let wrapped = zip(cells, columns).map(Self.lines)
    return (0..<(wrapped.map(\.count).max() ?? 0)).map { level in
      let parts = zip(wrapped, columns).map { lines, column in
        TextWidth.padded(
          lines.indices.contains(level) ? lines[level] : "", to: column.width,
          right: column.isRight)
      }
      return "| " + parts.joined(separator: " | ") + " |"
    }
  }
}
