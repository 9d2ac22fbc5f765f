public import DataFormats
import Foundation

/// The history as tables and figures.
public enum HistoryReport {
  public static func nights(_ rows: [History.NightRow]) -> String {
    var text = "| Night | Verdict | Exit code | Runs | Code |\n|---|---|---|---|---|\n"
    for row in rows {
      text +=
        "| \(row.name) | \(row.verdict.replacing("_", with: " ")) | \(row.exitCode) |"
        + " \(row.runs) | \(row.codeVersion) |\n"
    }
    return text
  }

  /// A series with its changes of level.
  public static func markdown(_ series: HistorySeries) -> String {
    var text = "## \(series.name) (\(series.profile))\n\n"
    text += "| Night | Value | 95 % interval | Code | |\n|---|---|---|---|---|\n"
    for point in series.points {
      let interval = point.low.flatMap { low in
        point.high.map { String(format: "%.2f to %.2f", low, $0) }
      }
      let notes = [
        point.isPartial ? "PARTIAL" : nil, point.repeatsLast ? "identical answers" : nil,
      ].compactMap { $0 }.joined(separator: ", ")
      text +=
        String(format: "| \(point.night) | %.2f | ", point.value)
        + "\(interval ?? "n/a") | \(point.codeVersion) | \(notes) |\n"
    }
    let changes = series.changes()
    if !changes.isEmpty {
      text += "\nChanges of level:\n\n" + changes.map { "- \($0.sentence)\n" }.joined()
    }
    return text
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
          "\(point.value)", point.low.map { "\($0)" } ?? "", point.high.map { "\($0)" } ?? "",
          point.codeVersion, "\(point.isPartial)", "\(point.repeatsLast)",
        ]
        text += cells.map(cell).joined(separator: ",") + "\r\n"
      }
    }
    return text
  }

  /// A spreadsheet takes what begins with these for a formula.
  private static func cell(_ text: String) -> String {
    let isFormula = text.first.map { "=+@\t".contains($0) } ?? false
    let safe = isFormula ? "'" + text : text
    guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
