public import Comparison
import Foundation
import Pages
import Statistics

/// A comparison as text: verdict first, then what differs in how the runs were made, coverage, the
/// table, changed answers, exploration (docs/comparison.md, section 13).
///
///     print(ComparisonReport(comparison).text(.markdown))
public struct ComparisonReport: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    case markdown, csv, json, latex, junit, html

    /// The format that a file's name asks for; nil where it asks for none.
    public init?(fileName: String) {
      let name = fileName.lowercased()
      let endings: [(String, Format)] = [
        (".md", .markdown), (".csv", .csv), (".json", .json), (".tex", .latex), (".xml", .junit),
        (".html", .html), (".htm", .html),
      ]
      guard let match = endings.first(where: { name.hasSuffix($0.0) }) else { return nil }
      self = match.1
    }
  }

  public let comparison: Comparison
  /// Changed answers that are shown per benchmark.
  public var shownAnswers = 20
  /// The program that compared.
  public var programVersion = ""
  /// Columns of the terminal that Markdown is fitted to; nil: as wide as it comes.
  public var width: Int?

  public init(_ comparison: Comparison) { self.comparison = comparison }

  /// - Throws: `PageError` where the answers are too many for one page of HTML
  public func text(_ format: Format) throws -> String {
    switch format {
    case .markdown: markdown
    case .csv: table.csv
    case .json: json.text(indented: true)
    case .latex: table.latex
    case .junit: junit
    case .html: try Page.text(page, options: PageOptions(images: .none))
    }
  }

  /// What must be known to compute the same numbers again.
  var settings: String {
    let options = comparison.options
    return
      "profile \(options.profile.rawValue), seed \(options.seed), \(options.draws) sign flips,"
      + " \(options.replicates) bootstrap replicates, level \(options.level), alpha \(options.alpha)"
      + (programVersion.isEmpty ? "" : ", proxyv-eval \(programVersion)")
  }

  /// The figures that decide.
  var table: ResultTable {
    var table = ResultTable(
      title: "",
      columns: [
        .init("Figure", importance: .essential), .init("A", importance: .high),
        .init("B", importance: .high), .init("Δ", importance: .essential),
        .init(interval, importance: .high), .init("p (sign flips)", importance: .low),
        .init("p Holm", importance: .normal), .init("better", importance: .low),
        .init("worse", importance: .low), .init("changed", importance: .normal),
        .init("design effect", importance: .detail), .init("margin", importance: .low),
        .init("MDE", importance: .low),
        .init("verdict", alignment: .left, importance: .essential),
      ])
    table.notes = [comparison.sentence, settings]
    for benchmark in comparison.benchmarks {
      for figure in benchmark.figures where !figure.isExploration || figure.decision != nil {
        table.append(row(figure, isPartial: benchmark.coverage.isPartial, in: benchmark))
      }
    }
    if let suite = comparison.suite { table.append(row(suite)) }
    if let fine = comparison.fineScore { table.append(row(fine)) }
    return table
  }

  /// The name of the intervals' column; two columns of numbers for programs.
  private var interval: String { Self.levelTitle(comparison.options.level) }

  static func levelTitle(_ level: Double) -> String {
    String(format: "%g %% interval", 100 * level)
  }

  private func row(
    _ figure: FigureComparison, isPartial: Bool, in benchmark: BenchmarkComparison
  ) -> ResultTable.Row {
    // The same model: no noise, no statistics.
    let showsP = !(benchmark.isSameModel && benchmark.isIdentical)
    return [
      "Figure": .text(figure.name + (isPartial ? " PARTIAL" : "")),
      "A": Self.cell(figure.a?.value), "B": Self.cell(figure.b?.value),
      "Δ": Self.cell(figure.difference?.value),
      interval: Self.interval(figure.difference),
      "p (sign flips)": showsP && figure.units.isDefined
        ? Self.p(figure.signFlips.twoSidedP) : .empty,
      "p Holm": showsP ? figure.decision.map { Self.p($0.holmP) } ?? .empty : .empty,
      "better": .integer(figure.changes.better), "worse": .integer(figure.changes.worse),
      "changed": .integer(figure.changes.better + figure.changes.worse),
      "design effect": Self.cell(figure.difference?.designEffect, decimals: 2),
      "margin": figure.margin.map { .number($0, decimals: Self.decimals(of: $0)) } ?? .empty,
      "MDE": Self.cell(figure.minimumDetectable, decimals: 2),
      // Nothing is left to tell where the same model gave the same answers.
      "verdict": .text(showsP ? figure.decision.map(Self.verdict) ?? "" : "identical"),
    ]
  }

  private func row(_ suite: SuiteFigure) -> ResultTable.Row {
    let decision = comparison.outcome.figures.first { $0.name == GateConfiguration.suite }
    return [
      "Figure": .text("suite (mean of \(suite.figures) figures, of 100)"),
      "Δ": Self.cell(suite.value), "p Holm": decision.map { Self.p($0.holmP) } ?? .empty,
      "verdict": .text(decision.map(Self.verdict) ?? ""),
    ]
  }

  private func row(_ fine: FineScoreComparison) -> ResultTable.Row {
    [
      "Figure": .text("Score_fine"), "A": Self.cell(fine.a), "B": Self.cell(fine.b),
      "Δ": Self.cell(fine.difference), interval: Self.interval(fine),
    ]
  }

  /// The figures that are only looked at.
  var explorationTable: ResultTable {
    var table = ResultTable(
      title: "",
      columns: [
        .init("Figure", importance: .essential), .init("A", importance: .high),
        .init("B", importance: .high), .init("Δ", importance: .essential),
        .init(interval, importance: .high), .init("p (BH)", importance: .high), "better",
        "worse", "units",
      ])
    for figure in comparison.benchmarks.flatMap(\.figures) where figure.decision == nil {
      guard figure.units.isDefined else { continue }
      table.append([
        "Figure": .text(figure.name), "A": Self.cell(figure.a?.value),
        "B": Self.cell(figure.b?.value), "Δ": Self.cell(figure.difference?.value),
        interval: Self.interval(figure.difference),
        "p (BH)": figure.exploratoryP.map(Self.p) ?? .empty,
        "better": .integer(figure.changes.better), "worse": .integer(figure.changes.worse),
        "units": .integer(figure.units.compared),
      ])
    }
    return table
  }

  // MARK: Cells

  /// Fractions of 1, as edit distances are, need more places than percentages.
  static func cell(_ value: Double?, decimals: Int? = nil) -> ResultTable.Cell {
    guard let value else { return .number(.nan, decimals: 2) }
    return .number(value, decimals: decimals ?? (abs(value) < 1 && value != 0 ? 4 : 2))
  }

  static func p(_ value: Double) -> ResultTable.Cell {
    value < 0.0001 ? .number(value, decimals: -1) : .number(value, decimals: 4)
  }

  /// The interval of a difference, and what must be said of it.
  static func interval(_ estimate: Estimate?) -> ResultTable.Cell {
    let shown = estimate?.shownInterval
    var cell = interval(shown?.low, shown?.high)
    cell.footnotes = estimate?.intervalRemark.map { [$0] } ?? []
    return cell
  }

  /// Score_fine lies between 0 and 100, its difference between -100 and 100.
  static func interval(_ fine: FineScoreComparison) -> ResultTable.Cell {
    guard let low = fine.low, let high = fine.high, low < high, low > -100 || high < 100 else {
      var none = interval(nil, nil)
      none.footnotes = ["no interval of Score_fine: too few images"]
      return none
    }
    var cell = interval(max(-100, low), min(100, high))
    if low < -100 || high > 100 {
      cell.footnotes = ["the interval is cut at the end of the scale"]
    }
    return cell
  }

  static func interval(_ low: Double?, _ high: Double?) -> ResultTable.Cell {
    guard let low, let high else { return .number(.nan, decimals: 2) }
    return .range(low, high, decimals: max(abs(low), abs(high)) < 1 ? 4 : 2, isSigned: true)
  }

  /// As many as a number was given with, up to four.
  static func decimals(of value: Double) -> Int {
    (0...3).first { places in
      let shown = ResultTable.Cell.number(value, decimals: places).shown
      return Double(shown) == value
    } ?? 4
  }

  static func verdict(_ decision: Gate.Decision) -> String {
    let note = decision.note.map { " (\($0.rawValue.replacing("_", with: " ")))" } ?? ""
    return decision.verdict.rawValue.replacing("_", with: " ") + note
  }
}
