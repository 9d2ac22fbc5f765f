import Comparison
import Diagnostics
import Evaluation
import Foundation

extension ComparisonReport {
  /// For terminals and for files.
  var markdown: String {
    var parts = ["**\(ShownText.markdown(comparison.sentence))**"]
    if comparison.isPartial {
      parts.append("PARTIAL: not every question is on both sides; verdicts take the worst case.")
    }
    for benchmark in comparison.benchmarks { parts.append(head(benchmark)) }
    for missing in comparison.unpaired {
      parts.append(
        "\(ShownText.markdown(missing.benchmark)): only in \(missing.isInA ? "A" : "B")"
          + " (\(ShownText.markdown(missing.path)))")
    }
    var figures = table
    figures.notes = []
    parts.append(figures.text(.markdown, width: width))
    if comparison.fineScore != nil { parts.append("Score\\_fine: \(FineScoreComparison.note).") }
    let answers = comparison.benchmarks.compactMap(changedAnswers)
    parts += answers
    let exploration = explorationTable
    if !exploration.rows.isEmpty {
      parts.append("## Exploration\n\n" + exploration.text(.markdown, width: width))
    }
    parts.append("\(settings).")
    let text = parts.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "\n")
    return width.map { TextWidth.wrappedLines(text, to: $0) } ?? text
  }

  // MARK: What stands above the table

  private func head(_ benchmark: BenchmarkComparison) -> String {
    var lines = [
      "## \(ShownText.markdown(Self.title(benchmark)))",
      "",
      "- A: \(ShownText.markdown(benchmark.a.path)) \(model(benchmark.a))",
      "- B: \(ShownText.markdown(benchmark.b.path)) \(model(benchmark.b))",
    ]
    for difference in benchmark.provenance {
      lines.append(
        ShownText.markdown(
          """
          - \(difference.name): \(difference.a ?? "not recorded") → \
          \(difference.b ?? "not recorded")
          """
        ))
    }
    if benchmark.provenance.isEmpty { lines.append("- nothing differs in how the runs were made") }
    lines.append("- " + benchmark.coverage.summary)
    lines += coverageLists(benchmark).map { "  - " + $0 }
    lines.append("- " + Self.answers(benchmark.counts))
    lines += notes(benchmark).map { "- " + ShownText.markdown($0) }
    return lines.joined(separator: "\n")
  }

  /// The benchmark with the split that was asked, or both where the sides have two.
  static func title(_ benchmark: BenchmarkComparison) -> String {
    let splits = [benchmark.a, benchmark.b].map {
      $0.answers.manifest.splitName(of: benchmark.benchmark)
    }
    let split = splits[0] == splits[1] ? splits[0] : "\(splits[0]) → \(splits[1])"
    return "\(benchmark.benchmark.title) \(split)"
  }

  private func model(_ run: ComparedRun) -> String {
    ShownText.markdown("(\(ScoreReport.label(run.scores)))")
  }

  /// The ids behind the coverage.
  private func coverageLists(_ benchmark: BenchmarkComparison) -> [String] {
    let coverage = benchmark.coverage
    let classes: [(String, [String])] =
      [
        ("only in A", coverage.ids(.onlyA)), ("only in B", coverage.ids(.onlyB)),
        ("changed question", coverage.ids(.changedQuestion)),
        ("changed reference", coverage.ids(.changedReferences)),
        ("without a score", coverage.ids(.unscored)), ("newly failed", coverage.newlyFailed),
        ("recovered", coverage.recovered), ("failed in both", coverage.failedBoth),
        ("scored by the references of B", benchmark.rescoredReferences),
      ]
    return classes.filter { !$0.1.isEmpty }.map { name, ids in
      let shown = ids.prefix(10).joined(separator: ", ")
      let more = ids.count > 10 ? " and \(ids.count - 10) more" : ""
      return ShownText.markdown("\(name): \(shown)\(more)")
    }
  }

  /// `5340 answers identical, 9 changed: 3 better, 4 worse, 2 with equal score`.
  static func answers(_ counts: AnswerCounts) -> String {
    let changes = [
      (counts.better, "better"), (counts.worse, "worse"), (counts.equalScore, "with equal score"),
      (counts.sameText, "with the same text and other tokens or stop reason"),
      (counts.newlyFailed, "newly failed"), (counts.recovered, "recovered"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let changed =
      changes.isEmpty ? "" : ", \(counts.changed) changed: " + changes.joined(separator: ", ")
    return "\(counts.equal) answers identical\(changed)"
  }

  private func notes(_ benchmark: BenchmarkComparison) -> [String] {
    var notes: [String] = []
    if benchmark.isSameModel, benchmark.counts.changed > 0 {
      notes.append(
        "everything that makes the answers agrees, and \(benchmark.counts.changed) answers do not:"
          + " the program changed"
      )
    }
    if benchmark.pairedByContent > 0 {
      notes.append("\(benchmark.pairedByContent) questions were paired by what they ask, not by id")
    }
    if !benchmark.knowsImages {
      notes.append("images unknown: errors are those of independent questions")
    }
    for figure in benchmark.figures where !figure.isExploration {
      if let scorer = figure.scorer, scorer.isChanged { notes += Self.scorer(figure, scorer) }
      if let without = figure.differenceWithoutFailures {
        notes.append(
          String(
            format: "%@ without the questions that failed: Δ %+.2f", figure.figure.name, without))
      }
      if let bounds = figure.bounds, figure.units.compared < figure.units.total {
        notes.append(
          String(
            format: "%@: Δ lies between %+.2f and %+.2f whatever the other questions gave",
            figure.figure.name, bounds.worst, bounds.best))
      }
      if figure.units.excluded > 0 {
        notes.append("\(figure.figure.name): \(figure.units.excluded) units cannot be judged")
      }
      let single = figure.units.strata.filter { $0.total == 1 }.map(\.name)
      if !single.isEmpty, figure.units.strata.count > 1 {
        notes.append(
          """
          \(figure.figure.name): no error for \(single.joined(separator: ", ")), which has one \
          image
          """
        )
      }
      if let test = figure.mcNemar, !benchmark.isIdentical, test.losses + test.gains > 0 {
        let effect = figure.difference?.designEffect ?? 1
        let caution = effect > 1.05 ? ", ignores that questions share images" : ""
        notes.append(
          "\(figure.figure.name): McNemar \(test.losses) lost, \(test.gains) gained, p "
            + String(format: "%.4g", test.twoSidedP) + caution)
      }
    }
    return notes
  }

  /// Where stored scores differ from what the present rules give, and what of a difference that
  /// makes; empty where none do.
  public var scorerChanges: [String] {
    comparison.benchmarks.flatMap { benchmark in
      benchmark.figures.filter { !$0.isExploration }.flatMap { figure -> [String] in
        guard let scorer = figure.scorer, scorer.isChanged else { return [] }
        return Self.scorer(figure, scorer).map { "\(benchmark.benchmark.title): \($0)" }
      }
    }
  }

  /// A difference that the scorer made and not the answers.
  private static func scorer(
    _ figure: FigureComparison, _ split: FigureComparison.ScorerSplit
  ) -> [String] {
    func line(_ side: String, _ stored: Double, _ present: Double) -> String {
      String(
        format: "%@ scorer changed: %@ was stored as %.2f, the present rules give %.2f",
        figure.figure.name, side, stored, present)
    }
    var lines: [String] = []
    if split.changedA { lines.append(line("A", split.storedA, split.presentA)) }
    if split.changedB { lines.append(line("B", split.storedB, split.presentB)) }
    lines.append(
      String(
        format: "%@ total %+.2f = answers %+.2f + scorer %+.2f", figure.figure.name, split.total,
        split.answers, split.scorer))
    return lines
  }
}
