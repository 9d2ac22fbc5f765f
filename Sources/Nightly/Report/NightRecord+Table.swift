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
        "State": .text(part.problem ?? "complete"),
      ]
      if part.figures.isEmpty { table.append(common) }
      for figure in part.figures {
        var row = common
        row["Figure"] = .text(figure.name)
        let decimals = abs(figure.value) < 1 && figure.value != 0 ? 4 : 2
        row["Value"] = .number(figure.value, decimals: decimals)
        if let low = figure.low, let high = figure.high {
          row["Value"].interval = .init(low: low, high: high)
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
  /// - Parameter name: nil: the last finished one
  /// - Throws: ``NightlyError`` for a night that is not there or was edited by hand.
  public func report(of name: String?, format: ResultTable.Format) throws -> String {
    switch format {
    case .markdown: try report(of: name, file: "night.md")
    case .json: try report(of: name, file: "night.json")
    case .html: try report(of: name, file: "night.html")
    case .csv, .latex: try finishedNight(name).record().table.text(format)
    }
  }
}
