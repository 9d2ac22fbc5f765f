public import DataFormats
public import Evaluation
import Metrics

/// The score table of one or several runs.
public enum ScoreReport {
  /// One row per figure, the ledger beside it, PARTIAL where a score is not that of the complete
  /// data.
  ///
  /// Scores stand on the scale that papers print; the column says which. Several profiles give a
  /// group of rows each, and a last group that says how far they are apart.
  ///
  /// - Parameters:
  ///   - details: all figures of a benchmark: categories, splits; otherwise the headline alone
  ///   - intervals: with the 95 % interval of every figure whose benchmark says what it is made of
  public static func table(
    _ runs: [ScoredRun], details: Bool = true, intervals: Bool = true
  ) -> ResultTable {
    let (model, method) = importance(of: runs)
    let hasNames = runs.contains { $0.scores.contains { $0.manifest.givenName != nil } }
    var columns: [ResultTable.Column] = [
      .init("Benchmark", importance: .essential), .init("Figure", importance: .essential),
      .init("Score", alignment: .right, importance: .essential),
      .init("Scale", importance: .low), .init("n", alignment: .right, importance: .normal),
      .init(
        "Profile",
        importance: runs.contains { $0.scores.count > 1 } ? .essential : .normal),
    ]
    if hasNames { columns.append(.init("Run", importance: .high)) }
    columns += [
      .init("Model", importance: model), .init("Method", importance: method),
      .init("Answered", alignment: .right, importance: .normal),
      .init("Failed", alignment: .right, importance: .normal),
      .init("Missing", alignment: .right, importance: .low),
      .init("Empty", alignment: .right, importance: .low),
      .init("Cut off", alignment: .right, importance: .low),
    ]
    var table = ResultTable(columns: columns)
    for run in runs {
      for (place, scores) in run.scores.enumerated() {
        let rows = details ? scores.metrics : Array(scores.metrics.prefix(1))
        append(
          rows, scores, run.benchmark, isFirst: place == 0, intervals: intervals, to: &table)
      }
      if run.scores.count > 1 {
        for row in details ? run.spread : Array(run.spread.prefix(1)) {
          table.append([
            "Figure": .text(row.name), "Score": number(row), "Scale": .text(scale(row)),
            "n": .integer(row.count), "Profile": .text("spread"),
          ])
        }
      }
    }
    if table.rows.contains(where: { $0["Score"].interval != nil }) {
      table.notes = [FigureInterval.meaning]
    }
    return table
  }

  /// Of a model and its method, what tells the runs of a benchmark apart is left out last.
  private static func importance(
    of runs: [ScoredRun]
  ) -> (model: ResultTable.Column.Importance, method: ResultTable.Column.Importance) {
    let all = runs.compactMap { run in
      run.scores.first.map {
        (run.benchmark.name, modelName($0), $0.manifest.model["method"] ?? "")
      }
    }
    let together = Set(all.map { [$0.0, $0.1, $0.2] }).count
    if Set(all.map { [$0.0, $0.1] }).count == together { return (.high, .normal) }
    return (Set(all.map { [$0.0, $0.2] }).count == together ? .normal : .high, .high)
  }

  /// The table of the scores, and where a server answered that of what its answers took.
  public static func tables(
    _ runs: [ScoredRun], details: Bool = true, intervals: Bool = true
  ) -> [ResultTable] {
    [table(runs, details: details, intervals: intervals)]
      + (ServiceReport.table(runs).map { [$0] } ?? [])
  }

  /// The tables in Markdown, all figures.
  public static func markdown(_ runs: [ScoredRun]) -> String {
    ResultTable.text(of: tables(runs), .markdown)
  }

  /// - Parameter isFirst: the ledger is that of the run, whatever the profile: it stands in the
  ///   first group only
  private static func append(
    _ metrics: [MetricRow], _ scores: RunScores, _ benchmark: any Benchmark, isFirst: Bool,
    intervals: Bool, to table: inout ResultTable
  ) {
    let ledger = scores.ledger
    for (index, row) in metrics.enumerated() {
      var cells: ResultTable.Row = [
        "Figure": .text(row.name), "Score": number(row), "Scale": .text(scale(row)),
        "n": .integer(row.count), "Profile": .text(scores.profile.rawValue),
      ]
      if intervals {
        let shown = FigureInterval.shown(scores.estimate(of: row), factor: row.paperFactor)
        cells["Score"].interval = shown.interval
        cells["Score"].footnotes = shown.remarks
      }
      if index == 0 {
        cells["Benchmark"] = .text(
          "\(benchmark.title) \(scores.manifest.splitName(of: benchmark))")
        if isFirst {
          if let name = scores.manifest.givenName { cells["Run"] = .text(name) }
          cells["Model"] = .text(modelName(scores))
          cells["Method"] = .text(scores.manifest.model["method"] ?? "")
          cells["Answered"] = .text("\(ledger.answered) / \(ledger.total)")
          cells["Failed"] = .integer(ledger.failed)
          cells["Missing"] = .integer(ledger.missing)
          cells["Empty"] = .integer(ledger.empty)
          cells["Cut off"] = .integer(ledger.truncated)
        }
        cells["Score"].footnotes =
          (isFirst ? notes(scores, benchmark) : []) + scores.remarks + cells["Score"].footnotes
        cells.startsGroup = isFirst
      }
      table.append(cells)
    }
  }

  public static func json(_ runs: [ScoredRun]) -> JSONValue { .array(runs.map(ServiceReport.json)) }

  private static func number(_ row: MetricRow) -> ResultTable.Cell {
    .number(row.value.isNaN ? .nan : row.value * row.paperFactor, decimals: decimals(row))
  }

  /// Scores up to 1 need four decimals to tell what percentages tell with two.
  static func decimals(_ row: MetricRow) -> Int { row.paperMaximum <= 1 ? 4 : 2 }

  private static func scale(_ row: MetricRow) -> String {
    "0-"
      + ResultTable.Cell.number(
        row.paperMaximum, decimals: row.paperMaximum == row.paperMaximum.rounded() ? 0 : 2
      ).shown
  }

  /// The kind of model and the start of its content hash: enough to tell two checkpoints apart.
  static func modelName(_ scores: RunScores) -> String {
    let model = scores.manifest.model
    // What another program answered is nobody's run of our own: the table says so.
    if let name = model["name"], model["kind"] == "imported" { return name + " (imported)" }
    return [model.name, model["content"].map { String($0.prefix(8)) }]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// What tells a run from others in one cell: the name that it was given, its model, its method.
  static func label(_ scores: RunScores) -> String {
    [scores.manifest.givenName, modelName(scores), scores.manifest.model["method"]]
      .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  static func notes(_ scores: RunScores, _ benchmark: any Benchmark) -> [String] {
    var notes: [String] = []
    let ledger = scores.ledger
    if ledger.isPartial {
      // Its columns are left out of a narrow terminal, and this must not be lost with them.
      notes.append(
        "PARTIAL: \(ledger.answered) of \(ledger.total) questions answered"
          + (ledger.failed > 0 ? ", \(ledger.failed) failed and count as wrong" : "")
          + (ledger.missing > 0 ? ", \(ledger.missing) missing" : ""))
    }
    if scores.hasReferences, let published = scores.publishedCount(of: benchmark),
      scores.ledger.total != published
    {
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
