import ArgumentParser
import Reporting

/// `report`: the score table of runs; writes nothing.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "report", abstract: "Prints the score table of run directories.")

  @OptionGroup var options: ScoringOptions

  func run() throws {
    let reports = try options.scored()
    print(options.json ? ScoreReport.json(reports).text(indented: true) : ScoreReport.markdown(reports), terminator: "")
  }
}
