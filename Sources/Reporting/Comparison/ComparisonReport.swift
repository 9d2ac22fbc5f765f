public import Comparison
import Foundation
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

  public init(_ comparison: Comparison) { self.comparison = comparison }

  public func text(_ format: Format) -> String {
    switch format {
    case .markdown: markdown
    case .csv: table.csv
    case .json: json.text(indented: true)
    case .latex: table.latex
    case .junit: junit
    case .html: html
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
        "Figure", "A", "B", "Δ", Self.levelTitle(comparison.options.level), "p (sign flips)",
        "p Holm", "better", "worse", "changed", "design effect", "margin", "MDE", "verdict",
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

  static func levelTitle(_ level: Double) -> String {
    String(format: "%g %% interval", 100 * level)
  }

  private func row(
    _ figure: FigureComparison, isPartial: Bool, in benchmark: BenchmarkComparison
  ) -> [ResultTable.Cell] {
    // The same model: no noise, no statistics.
    let showsP = !(benchmark.isSameModel && benchmark.isIdentical)
    return [
      .text(figure.name + (isPartial ? " PARTIAL" : "")), Self.cell(figure.a?.value),
      Self.cell(figure.b?.value), Self.cell(figure.difference?.value),
      .text(Self.interval(figure.difference?.low, figure.difference?.high)),
      showsP && figure.units.isDefined ? Self.p(figure.signFlips.twoSidedP) : .empty,
      showsP ? figure.decision.map { Self.p($0.holmP) } ?? .empty : .empty,
      .integer(figure.changes.better), .integer(figure.changes.worse),
      .integer(figure.changes.better + figure.changes.worse),
      Self.cell(figure.difference?.designEffect, decimals: 2),
      figure.margin.map { .text(String(format: "%g", $0)) } ?? .empty,
      Self.cell(figure.minimumDetectable, decimals: 2),
      .text(figure.decision.map(Self.verdict) ?? ""),
    ]
  }

  private func row(_ suite: SuiteFigure) -> [ResultTable.Cell] {
    let decision = comparison.outcome.figures.first { $0.name == GateConfiguration.suite }
    return [
      .text("suite (mean of \(suite.figures) figures, of 100)"), .empty, .empty,
      Self.cell(suite.value), .empty, .empty, decision.map { Self.p($0.holmP) } ?? .empty, .empty,
      .empty, .empty, .empty, .empty, .empty, .text(decision.map(Self.verdict) ?? ""),
    ]
  }

  private func row(_ fine: FineScoreComparison) -> [ResultTable.Cell] {
    [
      .text("Score_fine"), Self.cell(fine.a), Self.cell(fine.b), Self.cell(fine.difference),
      .text(Self.interval(fine.low, fine.high)),
    ]
  }

  /// The figures that are only looked at.
  var explorationTable: ResultTable {
    var table = ResultTable(
      title: "",
      columns: [
        "Figure", "A", "B", "Δ", Self.levelTitle(comparison.options.level), "p (BH)", "better",
        "worse", "units",
      ])
    for figure in comparison.benchmarks.flatMap(\.figures) where figure.decision == nil {
      guard figure.units.isDefined else { continue }
      table.append([
        .text(figure.name), Self.cell(figure.a?.value), Self.cell(figure.b?.value),
        Self.cell(figure.difference?.value),
        .text(Self.interval(figure.difference?.low, figure.difference?.high)),
        figure.exploratoryP.map(Self.p) ?? .empty, .integer(figure.changes.better),
        .integer(figure.changes.worse), .integer(figure.units.compared),
      ])
    }
    return table
  }

  // MARK: Cells

  /// Fractions of 1, as edit distances are, need more places than percentages.
  static func cell(_ value: Double?, decimals: Int? = nil) -> ResultTable.Cell {
    guard let value, value.isFinite else { return .text("n/a") }
    return .number(value, decimals: decimals ?? (abs(value) < 1 && value != 0 ? 4 : 2))
  }

  static func p(_ value: Double) -> ResultTable.Cell {
    value < 0.0001 ? .number(value, decimals: -1) : .number(value, decimals: 4)
  }

  static func interval(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "n/a" }
    let decimals = max(abs(low), abs(high)) < 1 ? 4 : 2
    return String(format: "%+.\(decimals)f to %+.\(decimals)f", low, high)
  }

  static func verdict(_ decision: Gate.Decision) -> String {
    let note = decision.note.map { " (\($0.rawValue.replacing("_", with: " ")))" } ?? ""
    return decision.verdict.rawValue.replacing("_", with: " ") + note
  }
}
