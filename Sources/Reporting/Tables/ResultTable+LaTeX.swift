import Diagnostics

extension ResultTable {
  /// A `table` with the rules of the booktabs package. It compiles as it is, and may be `\input`
  /// inside a document that loads booktabs.
  public var latex: String { Self.latexDocument(of: [self]) }

  static func latexDocument(of tables: [ResultTable]) -> String {
    let head = """
      % Compiles as it is; inside a document that loads booktabs, \\input this file.
      \\expandafter\\ifx\\csname @nodocument\\endcsname\\relax
        \\let\\tablefileends\\relax
      \\else
        \\documentclass{article}
        \\usepackage[landscape,margin=12mm]{geometry}
        \\usepackage{booktabs}
        \\def\\tablefileends{\\end{document}}
        \\begin{document}
      \\fi

      """
    return head + tables.map(\.latexFloat).joined(separator: "\n") + "\\tablefileends\n"
  }

  private var latexFloat: String {
    let footnotes = footnotes
    let alignments = columns.map { alignment(of: $0) == .right ? "r" : "l" }.joined()
    func marks(_ texts: [String]) -> String {
      let marks = texts.compactMap { footnotes[$0] }.map(ShownText.latex)
      return marks.isEmpty ? "" : "\\textsuperscript{\(marks.joined(separator: ","))}"
    }
    let (breaksTitles, stacksIntervals) = isWide
    func emphasized(_ text: String, _ emphasis: Cell.Emphasis) -> String {
      if text.isEmpty { return text }
      return switch emphasis {
      case .none: text
      case .best: "\\textbf{\(text)}"
      case .tied: "\\underline{\(text)}"
      case .bestOfGroup: "\\underline{\\textbf{\(text)}}"
      }
    }
    func cell(_ cell: Cell) -> String {
      guard stacksIntervals, let parts = cell.stacked else {
        return emphasized(ShownText.latex(cell.shown), cell.emphasis) + marks(cell.footnotes)
      }
      let value = emphasized(ShownText.latex(parts.value), cell.emphasis) + marks(cell.footnotes)
      return "\\shortstack[r]{\(value)\\\\\(ShownText.latex(parts.interval))}"
    }
    /// A title of several words stands in as many lines as its column's width asks for.
    func head(_ column: Column, _ width: Int) -> String {
      let title = breaksTitles ? TextWidth.wrapped(column.title, to: width) : [column.title]
      let lines = title.map(ShownText.latex)
      let marked = lines.joined(separator: "\\\\") + marks(column.footnotes)
      let side = alignment(of: column) == .right ? "r" : "l"
      return lines.count > 1 ? "\\shortstack[\(side)]{\(marked)}" : marked
    }
    let widths = columnWidths(broken: breaksTitles, stacked: stacksIntervals)
    var lines = ["\\begin{table}[htbp]", "\\centering", size]
    let caption = [title, self.caption].filter { !$0.isEmpty }.map(ShownText.latex)
    if !caption.isEmpty { lines.append("\\caption{\(caption.joined(separator: ". "))}") }
    lines += ["\\begin{tabular}{\(alignments)}", "\\toprule"]
    lines.append(zip(columns, widths).map(head).joined(separator: " & ") + " \\\\")
    lines.append("\\midrule")
    for (place, row) in rows.enumerated() {
      if place > 0, row.startsGroup { lines.append("\\midrule") }
      lines.append(columns.map { cell(row[$0.name]) }.joined(separator: " & ") + " \\\\")
    }
    lines += ["\\bottomrule", "\\end{tabular}"]
    let remarks =
      footnotes.map { "\\textsuperscript{\(ShownText.latex($0.value))} \(ShownText.latex($0.key))" }
      + (facts.isEmpty ? [] : [ShownText.latex(shownFacts)]) + notes.map(ShownText.latex)
    if !remarks.isEmpty {
      lines += ["", "\\smallskip", "\\parbox{\\linewidth}{\\footnotesize"]
      lines.append(remarks.joined(separator: "\\par\n"))
      lines.append("}")
    }
    return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
  }

  /// The characters that each column needs.
  ///
  /// - Parameters:
  ///   - broken: titles are broken between words
  ///   - stacked: intervals stand below their numbers
  private func columnWidths(broken: Bool, stacked: Bool) -> [Int] {
    columns.map { column in
      let cells = rows.map { row -> Int in
        let cell = row[column.name]
        guard stacked, let parts = cell.stacked else { return TextWidth.columns(of: cell.shown) }
        return max(TextWidth.columns(of: parts.value), TextWidth.columns(of: parts.interval))
      }
      let title =
        broken ? TextWidth.longestWord(of: column.title) : TextWidth.columns(of: column.title)
      return max(title, cells.max() ?? 0, 4)
    }
  }

  private func characters(broken: Bool, stacked: Bool) -> Int {
    columnWidths(broken: broken, stacked: stacked).reduce(0) { $0 + $1 + 2 }
  }

  /// What fits a page in a readable size stays as it is; then titles are broken, then intervals go
  /// below their numbers.
  private var isWide: (broken: Bool, stacked: Bool) {
    let isBroken = characters(broken: false, stacked: false) >= 110
    return (isBroken, isBroken && characters(broken: true, stacked: false) >= 200)
  }

  /// Type so small, and columns so close, that the table fits a page on its side.
  private var size: String {
    switch characters(broken: isWide.broken, stacked: isWide.stacked) {
    case ..<110: "\\small"
    case ..<150: "\\footnotesize\\setlength{\\tabcolsep}{4pt}"
    case ..<180: "\\scriptsize\\setlength{\\tabcolsep}{3pt}"
    default: "\\tiny\\setlength{\\tabcolsep}{2pt}"
    }
  }
}

extension ResultTable.Cell {
  /// The value and its interval apart; nil where there is none.
  fileprivate var stacked: (value: String, interval: String)? {
    var plain = self
    plain.interval = nil
    let interval = shown.dropFirst(plain.shown.count).drop { $0 == " " }
    return interval.isEmpty ? nil : (plain.shown, String(interval))
  }
}
