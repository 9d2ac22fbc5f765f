import ArgumentParser
import Benchmarks
import Evaluation
import Foundation
import Reporting

/// `report`: the tables of runs; writes nothing into them.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Prints the tables of run directories, or of the paper.",
    discussion: """
      Where several benchmarks meet several models it is the paper's table: a row per model and \
      method, a column per benchmark.

      Example: proxyv-eval report --published-table 5
      """)

  @OptionGroup var options: ScoringOptions
  @OptionGroup(title: "Table") var tableOptions: TableOptions
  @Option(name: .long, help: "paper or figures; default is what fits the runs.")
  var layout: ReportLayout?
  @Flag(name: .long, help: "All figures of a benchmark: splits, categories.") var details = false
  @OptionGroup var intervalOptions: IntervalOptions
  @Option(
    name: .long,
    help:
      """
      Only these columns, separated by commas: docvqa,score_fine; fine, general and costs are \
      several.
      """
  )
  var columns: String?
  @Option(name: .long, help: "New names for rows, models, methods, columns: OLD=NEW,OLD=NEW.")
  var rename: [String] = []
  @Option(
    name: .long, parsing: .unconditional,
    help: "The column to sort by, the best first; -COLUMN turns it round.")
  var sort: String?
  @Option(name: .long, help: "What `efficiency --json` wrote; repeat for several files.")
  var efficiency: [String] = []
  @Option(name: .long, help: "Where every cell comes from, as JSON; default beside --output.")
  var sources: String?
  @Option(
    name: .long,
    help: "Rows of the paper by name, separated by commas; `list published` shows them.")
  var published: String?
  @Option(name: .long, help: "Print a table of the paper, 1 to 10, as it stands there.")
  var publishedTable: Int?
  @Flag(
    name: .long,
    help:
      "Also print the paper's rows for the same benchmarks, and Score_fine where it is complete.")
  var withPublished = false

  func validate() throws {
    if publishedTable == nil, published == nil { try options.requireRuns() }
    try ReportOptionRules(
      GivenOptions(), layout: layout, hasRuns: !options.runs.isEmpty,
      profile: options.profile
    ).check()
  }

  func run() throws {
    let known = try PaperColumns(benchmarks: BenchmarkRegistry.all)
    if let publishedTable {
      let table = try usage { try PublishedTables().table(publishedTable) }.table(known)
      return try TableOptions.show(
        [table], format: options.json ? .json : tableOptions.format, output: tableOptions.output)
    }
    let paper = try paperOptions()
    let runs = options.runs.isEmpty ? nil : try options.scored()
    let reports = runs?.values ?? []
    if options.json, !isPaper {
      let scores = ScoreReport.json(reports)
      try tableOptions.show(
        json: withPublished
          ? try PublishedComparison(reports, benchmarks: BenchmarkRegistry.all).json(runs: scores)
          : scores)
    } else if isPaper
      || layout == nil && !details && options.profile.lowercased() != "all"
        && PaperTable.layout(of: reports, options: paper) == .paper
    {
      try showPaper(reports, known: known, options: paper)
    } else {
      let tables = ScoreReport.tables(
        reports, details: details, intervals: intervalOptions.intervals)
      try tableOptions.show(tables + publishedComparison(reports))
    }
    try runs?.checkIsWhole()
  }

  /// Whether the paper's layout is asked for, by its name or by what only it has.
  private var isPaper: Bool {
    layout == .paper || !GivenOptions().given(of: ReportOptionRules.ofPaper).isEmpty
  }

  private func paperOptions() throws -> PaperTable.Options {
    var paper = PaperTable.Options()
    paper.columns = columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    paper.names = try usage { try NewNames.parse(rename) }
    paper.sort = sort
    paper.showsIntervals = intervalOptions.intervals
    paper.published =
      try published.map { names in try usage { try PublishedRows().rows(named: names) } }
      ?? []
    paper.costs = try efficiency.flatMap { try CostRecord.read($0) }
    return paper
  }

  private func showPaper(
    _ reports: [ScoredRun], known: PaperColumns, options paper: PaperTable.Options
  ) throws {
    let format = options.json ? .json : tableOptions.chosenFormat
    if format == .json || format == .csv,
      let column = known.all.first(where: { paper.names[$0.title] != nil })
    {
      throw ValidationError(
        "--rename of the column \(column.title) would have no effect in \(format.rawValue), whose"
          + " columns keep their names")
    }
    let table = try usage { try PaperTable(reports, columns: known, options: paper) }
    try TableOptions.show(
      [table.table] + publishedComparison(reports),
      format: options.json ? .json : tableOptions.format, output: tableOptions.output)
    if let file = sources ?? tableOptions.output.map({ $0 + ".sources.json" }) {
      try DurableFile.replace(file, with: table.sources.text(indented: true))
      note("where every cell comes from: \(file)")
    }
  }

  /// The paper's rows for the same benchmarks, where they are asked for.
  private func publishedComparison(_ reports: [ScoredRun]) throws -> [ResultTable] {
    guard withPublished else { return [] }
    return [try PublishedComparison(reports, benchmarks: BenchmarkRegistry.all).table]
  }
}

extension ReportLayout: ExpressibleByArgument {}
