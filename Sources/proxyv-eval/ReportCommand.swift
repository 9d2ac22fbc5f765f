import ArgumentParser
import Benchmarks
import Reporting

/// `report`: the score table of runs; writes nothing.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Prints the score table of run directories.")

  @OptionGroup var options: ScoringOptions
  @Flag(
    name: .long,
    help:
      "Also print the paper's rows for the same benchmarks, and Score_fine where it is complete.")
  var withPublished = false

  func run() throws {
    let reports = try options.scored()
    if options.json {
      let runs = ScoreReport.json(reports)
      print(
        (withPublished
          ? try PublishedComparison(reports, benchmarks: BenchmarkRegistry.all).json(runs: runs)
          : runs).text(
            indented: true), terminator: "")
    } else {
      print(
        ScoreReport.markdown(reports)
          + (withPublished
            ? "\n" + (try PublishedComparison(reports, benchmarks: BenchmarkRegistry.all).markdown)
            : ""),
        terminator: "")
    }
  }
}
