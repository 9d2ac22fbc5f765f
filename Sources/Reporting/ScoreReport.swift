import DataFormats
import Evaluation
import Foundation

/// The score table of one or several runs.
public enum ScoreReport {
  /// A Markdown table: one row per figure, the ledger beside it, PARTIAL where a score is not that of the complete data.
  ///
  /// Scores stand on the scale that papers print; the column says which.
  public static func markdown(_ runs: [(scores: RunScores, benchmark: any Benchmark)]) -> String {
    var table = MarkdownTable([
      ("Benchmark", .left), ("Figure", .left), ("Score", .right), ("Scale", .left), ("n", .right), ("Profile", .left), ("Model", .left),
      ("Method", .left), ("Answered", .right), ("Failed", .right), ("Missing", .right), ("Empty", .right), ("Cut off", .right),
      ("Note", .left),
    ])
    for (scores, benchmark) in runs {
      let ledger = scores.ledger
      for (index, row) in scores.metrics.enumerated() {
        table.append(
          [
            index == 0 ? "\(benchmark.title) \(benchmark.split)" : "", row.name, number(row), scale(row), String(row.count),
            scores.profile.rawValue,
          ]
            + (index > 0
              ? []
              : [
                modelName(scores), scores.manifest.model["method"] ?? "", "\(ledger.answered) / \(ledger.total)", String(ledger.failed),
                String(ledger.missing), String(ledger.empty), String(ledger.truncated), note(scores, benchmark),
              ]))
      }
    }
    return table.text
  }

  public static func json(_ runs: [(scores: RunScores, benchmark: any Benchmark)]) -> JSONValue {
    .array(runs.map(\.scores.json))
  }

  private static func number(_ row: MetricRow) -> String {
    row.value.isNaN ? "n/a" : String(format: "%.2f", row.value * row.paperFactor)
  }

  private static func scale(_ row: MetricRow) -> String { row.paperFactor == 100 ? "0-100" : "0-\(row.paperFactor)" }

  /// The kind of model and the start of its content hash: enough to tell two checkpoints apart.
  static func modelName(_ scores: RunScores) -> String {
    let model = scores.manifest.model
    return [model["type"] ?? model["kind"], model["content"].map { String($0.prefix(8)) }].compactMap { $0 }.joined(separator: " ")
  }

  private static func note(_ scores: RunScores, _ benchmark: any Benchmark) -> String {
    var notes: [String] = []
    if scores.ledger.isPartial { notes.append("PARTIAL") }
    if let published = benchmark.publishedCount, scores.ledger.total != published {
      notes.append("\(scores.ledger.total) of the published \(published) questions")
    }
    if scores.ledger.duplicate > 0 { notes.append("\(scores.ledger.duplicate) duplicate lines passed over") }
    return notes.joined(separator: "; ")
  }
}
