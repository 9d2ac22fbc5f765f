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
    let layout = LaTeXLayout(self)
    let sides = columns.map { alignment(of: $0) == .right ? "r" : "l" }
    func marks(_ texts: [String]) -> String {
      let marks = texts.compactMap { footnotes[$0] }.map(ShownText.latex)
      return marks.isEmpty ? "" : "\\textsuperscript{\(marks.joined(separator: ","))}"
    }
    func emphasized(_ text: String, _ emphasis: Cell.Emphasis) -> String {
      if text.isEmpty { return text }
      return switch emphasis {
      case .none: text
      case .best: "\\textbf{\(text)}"
      case .tied: "\\underline{\(text)}"
      case .bestOfGroup: "\\underline{\\textbf{\(text)}}"
      }
    }
    /// Lines above each other; the first or the last stands on the line of the row.
    func stack(_ lines: [String], _ side: String, on place: String) -> String {
      guard lines.count > 1 else { return lines.joined() }
      return "\\begin{tabular}[\(place)]{@{}\(side)@{}}" + lines.joined(separator: "\\\\")
        + "\\end{tabular}"
    }
    func cell(_ cell: Cell, _ side: String) -> String {
      var lines = layout.lines(cell).map(ShownText.latex)
      lines[0] = emphasized(lines[0], cell.emphasis)
      // A number's mark stands at the number, a text's behind its last word.
      lines[cell.value.isText ? lines.count - 1 : 0] += marks(cell.footnotes)
      return stack(lines, side, on: "t")
    }
    func head(_ place: Int) -> String {
      var lines = layout.title(columns[place], width: layout.widths[place]).map(ShownText.latex)
      lines[lines.count - 1] += marks(columns[place].footnotes)
      return stack(lines, sides[place], on: "b")
    }
    var lines = ["\\begin{table}[htbp]", "\\centering", layout.size]
    let caption = [title, self.caption].filter { !$0.isEmpty }.map(ShownText.latex)
    if !caption.isEmpty { lines.append("\\caption{\(caption.joined(separator: ". "))}") }
    lines += ["\\begin{tabular}{\(sides.joined())}", "\\toprule"]
    lines.append(columns.indices.map(head).joined(separator: " & ") + " \\\\")
    lines.append("\\midrule")
    let hasStacks = rows.contains { row in columns.contains { layout.lines(row[$0.name]).count > 1 }
    }
    for (place, row) in rows.enumerated() {
      if place > 0, row.startsGroup {
        lines.append("\\midrule")
      } else if place > 0, hasStacks {
        // What belongs to one row must be seen to.
        lines.append("\\addlinespace")
      }
      let cells = zip(columns, sides).map { cell(row[$0.name], $1) }
      lines.append(cells.joined(separator: " & ") + " \\\\")
    }
    lines += ["\\bottomrule", "\\end{tabular}"]
    let explained = footnotes.map {
      "\\textsuperscript{\(ShownText.latex($0.value))} \(ShownText.latex($0.key))"
    }
    let remarks =
      (explained.isEmpty ? [] : [explained.joined(separator: ";\n")])
      + (facts.isEmpty ? [] : [ShownText.latex(shownFacts)]) + notes.map(ShownText.latex)
    if !remarks.isEmpty {
      lines += ["", "\\smallskip", "\\parbox{\\linewidth}{\\footnotesize\\raggedright"]
      lines.append(remarks.joined(separator: "\\par\n"))
      lines.append("}")
    }
    return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
  }
}
