import Diagnostics

/// What of a table stands on one line in LaTeX, and in which size, so that it fits a page on its
/// side.
///
/// What fits in a readable size stays as it is. Else titles are broken between words, then long
/// texts, and last intervals go below their numbers.
struct LaTeXLayout {
  private enum Step: Int, CaseIterable {
    case plain, brokenTitles, brokenTexts, stackedIntervals
  }

  /// The most characters of a line that are still easy to read, without and with broken lines.
  private static let (easy, readable) = (110, 180)
  /// A text is broken into lines of so many characters.
  private static let textWidth = 20

  private let step: Step
  /// The characters of every column.
  let widths: [Int]

  init(_ table: ResultTable) {
    var chosen = (step: Step.plain, widths: Self.widths(of: table, .plain))
    for step in Step.allCases {
      chosen = (step, Self.widths(of: table, step))
      if Self.characters(chosen.widths) < (step == .plain ? Self.easy : Self.readable) { break }
    }
    (step, widths) = chosen
  }

  /// A cell's text, line by line.
  func lines(_ cell: ResultTable.Cell) -> [String] { Self.lines(cell, step) }

  /// A column's title, line by line.
  func title(_ column: ResultTable.Column, width: Int) -> [String] {
    step == .plain ? [column.title] : TextWidth.wrapped(column.title, to: width)
  }

  /// Type so small, and columns so close, that the table fits.
  var size: String {
    switch Self.characters(widths) {
    case ..<Self.easy: "\\small"
    case ..<150: "\\footnotesize\\setlength{\\tabcolsep}{4pt}"
    case ..<Self.readable: "\\scriptsize\\setlength{\\tabcolsep}{3pt}"
    case ..<210: "\\fontsize{6}{7.2}\\selectfont\\setlength{\\tabcolsep}{2.5pt}"
    default: "\\tiny\\setlength{\\tabcolsep}{2pt}"
    }
  }

  private static func lines(_ cell: ResultTable.Cell, _ step: Step) -> [String] {
    if step.rawValue >= Step.brokenTexts.rawValue, case .text(let text) = cell.value {
      return TextWidth.wrappedPieces(text, to: textWidth, cutsWords: false)
    }
    var plain = cell
    plain.interval = nil
    let interval = cell.shown.dropFirst(plain.shown.count).drop { $0 == " " }
    guard step == .stackedIntervals, !interval.isEmpty else { return [cell.shown] }
    return [plain.shown, String(interval)]
  }

  private static func widths(of table: ResultTable, _ step: Step) -> [Int] {
    table.columns.map { column in
      let cells = table.rows.flatMap { lines($0[column.name], step).map(TextWidth.columns) }
      let title =
        step == .plain
        ? TextWidth.columns(of: column.title) : TextWidth.longestWord(of: column.title)
      return max(title, cells.max() ?? 0, 4)
    }
  }

  private static func characters(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + 2 } }
}
