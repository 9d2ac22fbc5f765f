public import DataFormats
import Diagnostics
import Foundation
public import Reporting

/// The history as tables and figures.
public enum HistoryReport {
  public static func nights(_ rows: [History.NightRow]) -> ResultTable {
    var table = ResultTable(columns: [
      .init("Night", importance: .essential), .init("Verdict", importance: .essential),
      .init("Exit code", alignment: .right, importance: .high),
      .init("Runs", alignment: .right, importance: .normal), .init("Code", importance: .low),
    ])
    for row in rows {
      table.append([
        "Night": .text(row.name), "Verdict": .text(row.verdict.replacing("_", with: " ")),
        "Exit code": .integer(row.exitCode), "Runs": .integer(row.runs),
        "Code": .text(row.codeVersion),
      ])
    }
    return table
  }

  /// A series with its changes of level.
  /// - Parameter root: where the runs lie, for what changed there answer by answer; nil: left out
  public static func table(_ series: HistorySeries, in root: NightlyRoot? = nil) -> ResultTable {
    var table = ResultTable(
      title: "\(series.name) (\(series.profile))",
      columns: [
        .init("Night", importance: .essential),
        .init("Value", alignment: .right, importance: .essential),
        .init("95 % interval", alignment: .right, importance: .high),
        .init("Code", importance: .normal), .init("Note", importance: .low),
      ])
    for point in series.points {
      let interval = point.low.flatMap { low in
        point.high.map { ResultTable.Cell.range(low, $0, decimals: 2) }
      }
      let notes = [
        point.isPartial ? "PARTIAL" : nil, point.repeatsLast ? "identical answers" : nil,
      ].compactMap { $0 }.joined(separator: ", ")
      table.append([
        "Night": .text(point.night), "Value": .number(point.value, decimals: 2),
        "95 % interval": interval ?? .number(.nan, decimals: 2), "Code": .text(point.codeVersion),
        "Note": .text(notes),
      ])
    }
    let changes = series.changes()
    for change in changes {
      table.notes += table.notes.isEmpty ? ["Changes of level:"] : []
      table.notes.append(change.sentence)
      table.notes += root.map { comparison(change, of: series, in: $0) } ?? []
    }
    return table
  }

  private static func comparison(
    _ change: HistorySeries.Change, of series: HistorySeries, in root: NightlyRoot
  ) -> [String] {
    do {
      return try ChangeComparison(change, of: series, in: root).lines
    } catch {
      return ["not compared: \(render(error))"]
    }
  }

  public static func json(_ series: [HistorySeries]) -> JSONValue {
    .array(
      series.map { series in
        [
          "series": .string(series.key), "model": .string(series.model),
          "benchmark": .string(series.benchmark), "figure": .string(series.figure),
          "profile": .string(series.profile),
          "points": .array(
            series.points.map { point in
              [
                "night": .string(point.night), "value": .number(point.value),
                "low": point.low.map { .number($0) } ?? .null,
                "high": point.high.map { .number($0) } ?? .null,
                "code_version": .string(point.codeVersion), "partial": .bool(point.isPartial),
                "identical_answers": .bool(point.repeatsLast),
              ]
            }),
          "changes": .array(
            series.changes().map { change in
              [
                "night": .string(change.night), "night_before": .string(change.before),
                "mean_before": .number(change.meanBefore),
                "mean_after": .number(change.meanAfter), "p": .number(change.p),
                "code_before": .string(change.codeBefore),
                "code_after": .string(change.codeAfter),
                "provisional": .bool(change.isProvisional),
              ]
            }),
        ]
      })
  }

  public static func csv(_ series: [HistorySeries]) -> String {
    var text =
      "model,benchmark,figure,profile,series,night,value,low,high,code_version,partial,"
      + "identical_answers\r\n"
    for series in series {
      for point in series.points {
        let cells = [
          series.model, series.benchmark, series.figure, series.profile, series.key, point.night,
        ].map(ShownText.csv)
        let numbers = [point.value, point.low, point.high].map { $0.map { "\($0)" } ?? "" }
        let rest = [ShownText.csv(point.codeVersion), "\(point.isPartial)", "\(point.repeatsLast)"]
        text += (cells + numbers + rest).joined(separator: ",") + "\r\n"
      }
    }
    return text
  }
}
