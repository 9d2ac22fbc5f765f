import Metrics

/// What evaluators changed in how they score: `list profiles --changes`.
public enum RuleChangeReport {
  public static var markdown: String {
    var table = MarkdownTable([
      ("Evaluator", .left), ("Date", .left), ("Commit", .left), ("Release", .left),
      ("Benchmarks", .left), ("Until then", .left), ("Since then", .left),
    ])
    for change in RuleChange.all {
      table.append([
        change.evaluator.rawValue, change.date, change.commit, change.release ?? "none yet",
        change.benchmarks?.joined(separator: ", ") ?? "all", change.before, change.since,
      ])
    }
    return table.text
  }
}
