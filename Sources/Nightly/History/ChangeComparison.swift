import Benchmarks
public import Comparison
import Diagnostics
import Evaluation
import Metrics

/// What a change of level rests on: the last run before it against the first run after it, question
/// by question (docs/comparison.md, section 10.3).
public struct ChangeComparison: Sendable {
  public let comparison: Comparison

  /// - Throws: where a run is gone, or cannot be read or compared
  init(_ change: HistorySeries.Change, of series: HistorySeries, in root: NightlyRoot) throws {
    let benchmark = try BenchmarkRegistry.named(series.benchmark)
    var options = ComparisonOptions()
    options.profile = try Profile.named(series.profile)
    // Many change points are shown at once, and it decides nothing.
    options.replicates = 0
    let part = NightPart(model: series.model, benchmark: series.benchmark)
    let sides = try [change.before, change.night].map { night in
      try ComparedRun(
        RunAnswers(RunDirectory(opening: try root.night(night).runPath(part))),
        benchmark: benchmark, profile: options.profile)
    }
    comparison = try Comparison([(sides[0], sides[1])], options: options)
  }

  /// The verdict, the counts, and the first changed answers, worst first.
  public var lines: [String] {
    var lines = [comparison.sentence]
    let counts = comparison.counts
    lines.append(
      "\(counts.changed) of \(counts.total) answers changed: \(counts.worse) worse,"
        + " \(counts.better) better")
    let changed = comparison.benchmarks.flatMap(\.changedQuestions)
    for (question, change, _) in changed.prefix(5) {
      let token = question.firstDifferingToken.map { ", first differing token at \($0)" } ?? ""
      lines.append("\(question.id): \(change.rawValue.replacing("_", with: " "))\(token)")
    }
    if changed.count > 5 { lines.append("and \(changed.count - 5) more") }
    return lines
  }
}
