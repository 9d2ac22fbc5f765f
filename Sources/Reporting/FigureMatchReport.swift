public import Evaluation

/// Which rules agree with a published figure, as a sentence and a table.
public enum FigureMatchReport {
  public static func tables(_ matches: [FigureMatch]) -> [ResultTable] {
    matches.map { match in
      var table = ResultTable(columns: [
        .init("Rules", importance: .essential), .init("In force", importance: .normal),
        .init("Metric", importance: .high), .init("Value", importance: .essential),
        .init("Agrees", alignment: .left, importance: .essential),
      ])
      table.caption = match.summary + "."
      for candidate in match.candidates {
        table.append([
          "Rules": .text(candidate.era.profile.rawValue), "In force": .text(candidate.era.time),
          "Metric": .text(candidate.headline.name),
          "Value": .number(
            candidate.headline.value * candidate.headline.paperFactor, decimals: 4),
          "Agrees": .text(candidate.agreeing.map(\.name).joined(separator: ", ")),
        ])
      }
      return table
    }
  }
}
