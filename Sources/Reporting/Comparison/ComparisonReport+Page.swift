public import Comparison
import Evaluation
public import Pages

extension ComparisonReport {
  /// The comparison as a page: the verdict, the table, and every answer of both sides beside each
  /// other, with its image.
  ///
  ///     try Page.write(ComparisonReport(comparison).page, to: "comparison")
  public var page: PageContents {
    var contents = PageContents(
      title: "Comparison", runs: comparison.benchmarks.flatMap { [Self.run($0.a), Self.run($0.b)] })
    contents.verdict = PageVerdict(
      comparison.sentence, tone: Self.tone(comparison.verdict),
      details: comparison.benchmarks.map { "\($0.benchmark.title): \($0.coverage.summary)" })
    if comparison.isPartial {
      contents.notes.append(
        "PARTIAL: not every question is on both sides; verdicts take the worst case.")
    }
    contents.notes += comparison.unpaired.map {
      "\($0.benchmark): only in \($0.isInA ? "A" : "B") (\($0.path))"
    }
    contents.tables = [table.page(title: "Comparison")]
    contents.tables[0].notes += [settings]
    let exploration = explorationTable
    if !exploration.rows.isEmpty {
      contents.tables.append(exploration.page(title: "Exploration", isFolded: true))
    }
    return contents
  }

  private static func run(_ run: ComparedRun) -> PageRun {
    PageRun(run.answers, benchmark: run.benchmark, scores: run.scores)
  }

  /// The colour of a verdict.
  public static func tone(_ verdict: Comparison.Verdict) -> PageVerdict.Tone {
    switch verdict {
    case .identical, .noRegression: .good
    case .regression, .changedAnswers: .bad
    case .cannotTell, .incomplete: .unclear
    }
  }
}
