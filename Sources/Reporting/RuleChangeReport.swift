import Metrics

/// What evaluators changed in how they score: `list profiles --changes`.
public enum RuleChangeReport {
  public static var table: ResultTable {
    var table = ResultTable(columns: [
      .init("Evaluator", importance: .essential), .init("Date", importance: .essential),
      .init("Commit", importance: .low), .init("Release", importance: .low),
      .init("Benchmarks", importance: .high), .init("Until then", importance: .normal),
      .init("Since then", importance: .high),
    ])
    for change in RuleChange.all {
      table.append([
        "Evaluator": .text(change.evaluator.rawValue), "Date": .text(change.date),
        "Commit": .text(change.commit), "Release": .text(change.release ?? "none yet"),
        "Benchmarks": .text(change.benchmarks?.joined(separator: ", ") ?? "all"),
        "Until then": .text(change.before), "Since then": .text(change.since),
      ])
    }
    return table
  }
}
