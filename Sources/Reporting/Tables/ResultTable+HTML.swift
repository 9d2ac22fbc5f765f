import Diagnostics
import OrderedCollections

extension ResultTable {
  /// A whole HTML document with nothing but the table; readable in light and dark.
  public var html: String { Self.htmlDocument(of: [self]) }

  static func htmlDocument(of tables: [ResultTable]) -> String {
    let title = tables.lazy.map(\.title).first { !$0.isEmpty } ?? "Table"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width">
      <title>\(ShownText.html(title))</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
      caption { text-align: left; padding-bottom: .5rem; max-width: min(60rem, 100vw - 3rem); }
      th, td { padding: .2rem .6rem; text-align: left; vertical-align: top; }
      thead th { border-bottom: 1px solid; vertical-align: bottom; }
      tr.group > * { border-top: 1px solid; }
      .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .best { font-weight: bold; }
      .tied { text-decoration: underline; }
      .interval { opacity: .7; font-size: .85em; }
      ul { list-style: none; padding: 0; margin: 1rem 0; max-width: 60rem; }
      </style>
      </head>
      <body>

      """ + tables.map(\.htmlFragment).joined(separator: "\n") + "</body>\n</html>\n"
  }

  /// The table as an element, for a page that has styles of its own: the classes are `number`,
  /// `best`, `tied`, `interval` and, on rows, `group`.
  public var htmlFragment: String {
    let footnotes = footnotes
    let isRight = columns.map { alignment(of: $0) == .right }
    func marks(_ texts: [String]) -> String {
      let marks = self.marks(texts, footnotes)
      return marks.isEmpty ? "" : "<sup>\(ShownText.html(marks))</sup>"
    }
    /// A long word may end a line after one of its parts.
    func breakable(_ text: String) -> String {
      text.split(separator: " ", omittingEmptySubsequences: false).map { word in
        TextWidth.pieces(of: word).map { ShownText.html(String($0)) }.joined(separator: "<wbr>")
      }.joined(separator: " ")
    }
    func attribute(_ classes: [String]) -> String {
      classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    }
    func data(_ cell: Cell, _ column: Int) -> String {
      var classes = isRight[column] ? ["number"] : []
      switch cell.emphasis {
      case .none: break
      case .best: classes.append("best")
      case .tied: classes.append("tied")
      case .bestOfGroup: classes += ["best", "tied"]
      }
      var plain = cell
      plain.interval = nil
      var text = plain.value.isText ? breakable(plain.shown) : ShownText.html(plain.shown)
      let interval = String(cell.shown.dropFirst(plain.shown.count))
      if !interval.isEmpty {
        text += "<span class=\"interval\">\(ShownText.html(interval))</span>"
      }
      return "<td\(attribute(classes))>\(text)\(marks(cell.footnotes))</td>"
    }
    var lines = ["<div class=\"scroll\">", "<table>"]
    let caption = [title, self.caption, shownFacts].filter { !$0.isEmpty }
    if !caption.isEmpty {
      lines.append("<caption>\(caption.map(ShownText.html).joined(separator: ". "))</caption>")
    }
    lines.append("<thead><tr>")
    for (place, column) in columns.enumerated() {
      lines.append(
        "<th scope=\"col\"\(attribute(isRight[place] ? ["number"] : []))>"
          + ShownText.html(column.title) + marks(column.footnotes) + "</th>")
    }
    lines.append("</tr></thead>\n<tbody>")
    for (place, row) in rows.enumerated() {
      let cells = columns.indices.map { data(row[columns[$0].name], $0) }.joined()
      lines.append("<tr\(attribute(place > 0 && row.startsGroup ? ["group"] : []))>\(cells)</tr>")
    }
    lines.append("</tbody>\n</table>\n</div>")
    if !footnotes.isEmpty {
      let items = footnotes.map { text, mark in
        "<li><sup>\(ShownText.html(mark))</sup> \(ShownText.html(text))</li>"
      }
      lines.append("<ul>\n" + items.joined(separator: "\n") + "\n</ul>")
    }
    lines += notes.map { "<p>\(ShownText.html($0))</p>" }
    return lines.joined(separator: "\n") + "\n"
  }
}
