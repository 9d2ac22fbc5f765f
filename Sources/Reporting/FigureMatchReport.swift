import Evaluation
import Foundation

/// Which rules agree with a published figure, as a sentence and a table.
public enum FigureMatchReport {
  public static func markdown(_ matches: [FigureMatch]) -> String {
    matches.map { match in
      var table = MarkdownTable([
        ("Rules", .left), ("In force", .left), ("Metric", .left), ("Value", .right),
        ("Agrees", .left),
      ])
      for candidate in match.candidates {
        table.append([
          candidate.era.profile.rawValue, candidate.era.time, candidate.headline.name,
          String(
            format: "%.4f", candidate.headline.value * candidate.headline.paperFactor),
          candidate.agreeing.map(\.name).joined(separator: ", "),
        ])
      }
      return match.summary + ".\n\n" + table.text
    }.joined(separator: "\n")
  }
}
