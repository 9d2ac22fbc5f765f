public import Evaluation
import Metrics

/// Where profiles differ, as tables.
public enum DifferenceReport {
  /// Longer texts are cut: a table cell is no page.
  private static let longestText = 120

  /// Per run a table with a row per verdict, whose title says on how many samples profiles differ;
  /// at most `limit` samples a run.
  public static func tables(_ runs: [ProfileDifferences], limit: Int) -> [ResultTable] {
    runs.map { table($0, limit: limit) }
  }

  private static func table(_ run: ProfileDifferences, limit: Int) -> ResultTable {
    let title = "\(run.benchmark.title) \(run.split)"
    guard run.profiles.count > 1 else {
      return ResultTable(title: "\(title): one set of rules, nothing to compare", columns: [])
    }
    guard run.isScorable else {
      return ResultTable(title: "\(title): no references, nothing to score", columns: [])
    }
    guard !run.differences.isEmpty else {
      return ResultTable(
        title: "\(title): \(run.profiles.count) profiles agree on all \(run.compared) answers",
        columns: [])
    }
    let shown = min(limit, run.differences.count)
    let count = "\(title): profiles differ on \(run.differences.count) of \(run.compared) answers"
    var table = ResultTable(
      title: count + (shown < run.differences.count ? "; the first \(shown)" : ""),
      columns: [
        .init("Sample", importance: .essential), .init("Question", importance: .low),
        .init("References", importance: .normal), .init("Answer", importance: .high),
        .init("Profiles", importance: .essential), .init("Score", importance: .essential),
        .init("Rule", importance: .high), .init("Extracted", importance: .low),
      ])
    for difference in run.differences.prefix(limit) {
      for (index, verdict) in difference.verdicts.enumerated() {
        let sample = difference.sample
        var row: ResultTable.Row = [
          "Profiles": .text(verdict.profiles.map(\.rawValue).joined(separator: ", ")),
          "Score": .number(verdict.score.value, decimals: 4),
          "Rule": .text(cut(verdict.score.rule)),
          "Extracted": .text(cut(verdict.score.extracted ?? "")),
        ]
        if index == 0 {
          row["Sample"] = .text(cut(sample.id))
          row["Question"] = .text(cut(sample.question))
          row["References"] = .text(cut(sample.references.joined(separator: " / ")))
          row["Answer"] = .text(cut(difference.answer))
          row.startsGroup = true
        }
        table.append(row)
      }
    }
    return table
  }

  private static func cut(_ text: String) -> String { ShownText.cut(text, to: longestText) }
}
