import Evaluation
import Metrics

extension ScoreReport {
  /// The paper's rows for the benchmarks of these runs, each marked as published, and Score_fine of the measured ones; measured rows
  /// are those of a run's first profile.
  public static func published(_ runs: [ScoredRun]) throws -> String {
    let tables = try PublishedTables()
    var table = MarkdownTable([("Benchmark", .left), ("Model and method", .left), ("Score", .right), ("Origin", .left)])
    var seen: Set<String> = []
    for run in runs where seen.insert(run.benchmark.name).inserted {
      let benchmark = run.benchmark
      if let scores = run.scores.first, let headline = scores.metrics.first {
        let value = ResultTable.Cell.number(headline.value * headline.paperFactor / (benchmark.name == "ocrbench" ? 10 : 1), decimals: 2)
        table.append([benchmark.title, modelName(scores), value.shown, "measured" + (scores.ledger.isPartial ? ", PARTIAL" : "")])
      }
      for (row, value, title) in try tables.scores(benchmark: benchmark.name) {
        table.append([benchmark.title, row, ResultTable.Cell.number(value, decimals: 2).shown, "published, \(title)"])
      }
    }
    return table.text + "\n" + fineScore(runs) + "\n"
  }

  /// The mean of the five fine-grained benchmarks, or which of them are missing or incomplete.
  static func fineScore(_ runs: [ScoredRun]) -> String {
    let needed = ["docvqa", "chartqa", "infovqa", "textvqa", "ocrbench"]
    var values: [String: Double] = [:]
    for run in runs where needed.contains(run.benchmark.name) {
      let benchmark = run.benchmark
      guard let scores = run.scores.first, !scores.ledger.isPartial, scores.ledger.total == benchmark.publishedCount,
        let headline = scores.metrics.first
      else { continue }
      values[benchmark.name] = headline.value * headline.paperFactor / (benchmark.name == "ocrbench" ? 10 : 1)
    }
    let missing = needed.filter { values[$0] == nil }
    guard missing.isEmpty else {
      return "Score_fine is not computed: no complete run of \(missing.joined(separator: ", ")) over the published questions."
    }
    let score = FineScore(
      docVQA: values["docvqa"] ?? 0, chartQA: values["chartqa"] ?? 0, infoVQA: values["infovqa"] ?? 0, textVQA: values["textvqa"] ?? 0,
      ocrBenchOver10: values["ocrbench"] ?? 0)
    return "Score_fine: \(ResultTable.Cell.number(score.mean, decimals: 2).shown)"
  }
}
