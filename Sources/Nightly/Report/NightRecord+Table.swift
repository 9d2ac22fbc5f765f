public import Reporting

extension NightRecord {
  /// The night's figures, one in a row, and a row for a part without any.
  var table: ResultTable {
    var table = ResultTable(
      title: "Night \(night): \(verdict.words)",
      columns: [
        .init("Model", importance: .high), .init("Benchmark", importance: .essential),
        .init("Figure", importance: .essential),
        .init("Value", alignment: .right, importance: .essential),
        .init("Answered", importance: .normal), .init("State", importance: .high),
      ])
    table.caption = sentence
    for part in parts {
      let common: ResultTable.Row = [
        "Model": .text(part.model), "Benchmark": .text(part.benchmark),
        "Answered": .text("\(part.answered) of \(part.selected)"),
        "State": .text(
          part.problem ?? (["complete", part.remark].compactMap { $0 }.joined(separator: "; "))),
      ]
      if part.figures.isEmpty { table.append(common) }
      for figure in part.figures {
        var row = common
        row["Figure"] = .text(figure.name)
        let decimals = abs(figure.value) < 1 && figure.value != 0 ? 4 : 2
        row["Value"] = .number(figure.value, decimals: decimals)
        if let low = figure.low, let high = figure.high {
          // An interval that ends at the scale does not have the value in its middle.
          let isCut = abs(high + low - 2 * figure.value) > 1e-6 * max(1, abs(figure.value))
          row["Value"].interval = .init(low: low, high: high, isCut: isCut)
        }
        table.append(row)
      }
    }
    return table
  }
}

extension NightlyRoot {
  /// The report of a night: as it was written, or its figures in a format of tables.
  ///
  /// - Parameters:
  ///   - name: nil: the last finished one
  ///   - format: nil: for the eyes, fitted to a terminal
  ///   - width: columns of the terminal
  /// - Throws: ``NightlyError`` for a night that is not there or was edited by hand.
  public func report(
    of name: String?, format: ResultTable.Format?, width: Int = 80
  ) throws -> String {
    switch format {
    case nil:
      let folder = try finishedNight(name)
      return NightReport(try folder.record(), comparisons: [], problems: [])
        .shown(width: width, folder: folder)
    case .markdown: return try report(of: name, file: "night.md")
    case .json: return try report(of: name, file: "night.json")
    case .html: return try report(of: name, file: "night.html")
    case .csv: return try finishedNight(name).record().table.csv
    case .latex: return try finishedNight(name).record().table.latex
    }
  }
}
