public import Pages

extension ResultTable {
  /// The table as a part of a page; footnotes stand below it.
  ///
  /// - Parameter isFolded: until a reader asks for it
  public func page(title: String, isFolded: Bool = false) -> PageTable {
    let footnotes = footnotes
    return PageTable(
      title: title,
      columns: columns.map { PageTable.Column($0.title, isNumeric: alignment(of: $0) == .right) },
      rows: rows.map { row in
        columns.map { row[$0.name].shown + marks(row[$0.name].footnotes, footnotes) }
      }, notes: footnotes.map { "\($0.value) \($0.key)" }, isFolded: isFolded)
  }
}
