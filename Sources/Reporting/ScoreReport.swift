import DataFormats
import Evaluation
import Foundation

/// The score table of one or several runs.
public enum ScoreReport {
  /// A Markdown table: one row per figure, the ledger beside it, PARTIAL where a score is not that
  /// of the complete data.
  ///
  /// Scores stand on the scale that papers print; the column says which. Several profiles give a
  /// group of rows each, and a last group that says how far they are apart.
  public static func markdown(_ runs: [ScoredRun]) -> String {
    var table = MarkdownTable([
      ("Benchmark", .left), ("Figure", .left), ("Score", .right), ("Scale", .left), ("n", .right),
      ("Profile", .left), ("Model", .left),
      ("Method", .left), ("Answered", .right), ("Failed", .right), ("Missing", .right),
      ("Empty", .right), ("Cut off", .right),
      ("Note", .left),
    ])
    for run in runs {
      for (place, scores) in run.scores.enumerated() {
        append(scores, run.benchmark, isFirst: place == 0, to: &table)
      }
      if run.scores.count > 1 {
        for row in run.spread {
          table.append(["", row.name, number(row), scale(row), String(row.count), "spread"])
        }
      }
    }
    return table.text + ServiceReport.markdown(runs)
  }

  /// - Parameter isFirst: the ledger is that of the run, whatever the profile: it stands in the
  ///   first group only
  private static func append(
    _ scores: RunScores, _ benchmark: any Benchmark, isFirst: Bool, to table: inout MarkdownTable
  ) {
    let ledger = scores.ledger
    for (index, row) in scores.metrics.enumerated() {
      var cells = [
        "", row.name, number(row), scale(row), String(row.count), scores.profile.rawValue,
      ]
      if index == 0 {
        cells[0] = "\(benchmark.title) \(benchmark.split)"
        cells +=
          isFirst
          ? [
            modelName(scores), scores.manifest.model["method"] ?? "",
            "\(ledger.answered) / \(ledger.total)", String(ledger.failed),
            String(ledger.missing), String(ledger.empty), String(ledger.truncated),
          ] : Array(repeating: "", count: 7)
        cells.append(
          (isFirst ? notes(scores, benchmark) + scores.remarks : scores.remarks).joined(
            separator: "; "))
      }
      table.append(cells)
    }
  }

  public static func json(_ runs: [ScoredRun]) -> JSONValue { .array(runs.map(ServiceReport.json)) }

  private static func number(_ row: MetricRow) -> String {
    row.value.isNaN ? "n/a" : String(format: "%.2f", row.value * row.paperFactor)
  }

  private static func scale(_ row: MetricRow) -> String { String(format: "0-%g", row.paperMaximum) }

  /// The kind of model and the start of its content hash: enough to tell two checkpoints apart.
  static func modelName(_ scores: RunScores) -> String {
    let model = scores.manifest.model
    return [model.name, model["content"].map { String($0.prefix(8)) }]
      .compactMap { $0 }.joined(separator: " ")
  }

  private static func notes(_ scores: RunScores, _ benchmark: any Benchmark) -> [String] {
    var notes: [String] = []
    if scores.ledger.isPartial { notes.append("PARTIAL") }
    if let published = benchmark.publishedCount, scores.ledger.total != published {
      notes.append("\(scores.ledger.total) of the published \(published) questions")
    }
    if scores.ledger.duplicate > 0 {
      notes.append("\(scores.ledger.duplicate) duplicate lines passed over")
    }
    if scores.ledger.promptCut > 0 {
      notes.append("\(scores.ledger.promptCut) prompts cut at the tokenizer's length")
    }
    if scores.ledger.withoutImage > 0 {
      notes.append("\(scores.ledger.withoutImage) questions asked without an image")
    }
    return notes
  }
}
