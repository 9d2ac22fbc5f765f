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
    func cell(_ cell: Cell) -> String {
      var text = ShownText.latex(cell.shown)
      if !text.isEmpty {
        switch cell.emphasis {
        case .none: break
        case .best: text = "\\textbf{\(text)}"
        case .tied: text = "\\underline{\(text)}"
        case .bestOfGroup: text = "\\underline{\\textbf{\(text)}}"
        }
      }
      return text + marks(cell.footnotes)
    }
    var lines = ["\\begin{table}[htbp]", "\\centering", size]
    let caption = [title, self.caption].filter { !$0.isEmpty }.map(ShownText.latex)
    if !caption.isEmpty { lines.append("\\caption{\(caption.joined(separator: ". "))}") }
    lines += ["\\begin{tabular}{\(alignments)}", "\\toprule"]
    lines.append(
      columns.map { ShownText.latex($0.title) + marks($0.footnotes) }.joined(separator: " & ")
        + " \\\\")
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

  /// Type so small, and columns so close, that the table fits a page on its side.
  private var size: String {
    let widths = columns.map { column in
      max(
        TextWidth.columns(of: column.title),
        rows.map { TextWidth.columns(of: $0[column.name].shown) }.max() ?? 0)
    }
    let characters = widths.reduce(0) { $0 + $1 + 2 }
    return switch characters {
    case ..<110: "\\small"
    case ..<150: "\\footnotesize\\setlength{\\tabcolsep}{4pt}"
    case ..<200: "\\scriptsize\\setlength{\\tabcolsep}{3pt}"
    default: "\\tiny\\setlength{\\tabcolsep}{2pt}"
    }
  }
}
