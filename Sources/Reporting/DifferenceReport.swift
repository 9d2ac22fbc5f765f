import Evaluation
import Foundation

/// Where profiles differ, as tables.
public enum DifferenceReport {
  /// Longer texts are cut: a table cell is no page.
  private static let longestText = 120

  /// Per run a sentence and a table with a row per verdict; at most `limit` samples a run, and it
  /// is said how many there are.
  public static func markdown(_ runs: [ProfileDifferences], limit: Int) -> String {
    runs.map { markdown($0, limit: limit) }.joined(separator: "\n")
  }

  private static func markdown(_ run: ProfileDifferences, limit: Int) -> String {
    let title = "\(run.benchmark.title) \(run.benchmark.split)"
    guard run.profiles.count > 1 else { return "\(title): one set of rules, nothing to compare.\n" }
    guard !run.differences.isEmpty else {
      return "\(title): \(run.profiles.count) profiles agree on all \(run.compared) answers.\n"
    }
    var table = MarkdownTable([
      ("Sample", .left), ("Question", .left), ("References", .left), ("Answer", .left),
      ("Profiles", .left), ("Score", .right),
      ("Rule", .left), ("Extracted", .left),
    ])
    for difference in run.differences.prefix(limit) {
      for (index, verdict) in difference.verdicts.enumerated() {
        let sample = difference.sample
        table.append(
          (index > 0
            ? ["", "", "", ""]
            : [
              sample.id, sample.question, sample.references.joined(separator: " / "),
              difference.answer,
            ].map(cut))
            + [
              verdict.profiles.map(\.rawValue).joined(separator: ", "),
              String(format: "%.4g", verdict.score.value), cut(verdict.score.rule),
              cut(verdict.score.extracted ?? ""),
            ])
      }
    }
    let shown = min(limit, run.differences.count)
    let count = "\(title): profiles differ on \(run.differences.count) of \(run.compared) answers"
    return count + (shown < run.differences.count ? "; the first \(shown):" : ":") + "\n\n"
      + table.text
  }

  private static func cut(_ text: String) -> String {
    text.count > longestText ? text.prefix(longestText) + "…" : text
  }
}
