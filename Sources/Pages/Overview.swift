import Evaluation
import Foundation
import Metrics

/// What the templates show: texts and lists of texts; Mustache escapes all of them.
enum Overview {
  typealias Context = [String: Any]

  /// The first page.
  /// - Parameters:
  ///   - link: the address of a benchmark's page, to which `show=wrong` may be added
  ///   - figure: the address of a drawing
  static func index(
    _ contents: PageContents, pages: [BenchmarkPage], notes: [String],
    link: (BenchmarkPage) -> String, figure: (Int) -> String
  ) -> Context {
    var context: Context = [
      "title": contents.title,
      "notes": list(contents.notes + notes),
      "tables": contents.tables.map(table),
      "figures": contents.figures.enumerated().map { place, figure_ in
        ["title": figure_.title, "caption": figure_.caption, "source": figure(place)]
      },
      "hasFigures": !contents.figures.isEmpty, "hasRuns": !pages.isEmpty,
      "benchmarks": pages.map { benchmarkScores($0, link: link($0)) },
      "ledgers": pages.map { ledger($0, link: link($0)) },
      "profiles": pages.compactMap { profiles($0, link: link($0)) },
      "hasProfiles": pages.contains { $0.profiles.count > 1 },
      "provenance": Provenance.tables(pages).map(table),
      "navigation": pages.map { ["title": $0.benchmark.title, "link": link($0)] },
    ]
    if let verdict = contents.verdict {
      context["verdict"] =
        [
          "sentence": verdict.sentence, "tone": verdict.tone.rawValue,
          "details": list(verdict.details),
        ]
        as Context
    }
    return context
  }

  /// The page of one benchmark in a folder.
  static func benchmark(
    _ page: BenchmarkPage, of contents: PageContents, notes: [String]
  ) -> Context {
    [
      "title": contents.title, "name": page.name,
      "benchmark": "\(page.benchmark.title) \(page.split)", "notes": list(notes),
    ]
  }

  private static func list(_ texts: [String]) -> [Context] { texts.map { ["text": $0] } }

  static func table(_ table: PageTable) -> Context {
    [
      "title": table.title, "isFolded": table.isFolded,
      "columns": table.columns.map {
        ["title": $0.title, "kind": $0.isNumeric ? "number" : "words"]
      },
      "rows": table.rows.map { row in
        [
          "cells": table.columns.indices.map { column in
            [
              "text": column < row.count ? row[column] : "",
              "kind": table.columns[column].isNumeric ? "number" : "words",
            ]
          }
        ]
      }, "notes": list(table.notes),
    ]
  }

  // MARK: Scores

  private static func benchmarkScores(_ page: BenchmarkPage, link: String) -> Context {
    let names = figures(page)
    return [
      "title": page.benchmark.title, "split": page.split, "link": link,
      "runs": page.names.enumerated().map { place, name -> Context in
        let letter = letter(place, of: page)
        return letter.isEmpty ? ["name": name] : ["name": name, "letter": letter]
      },
      "headline": names.prefix(1).map { figure(page, $0) },
      "figures": names.dropFirst().map { figure(page, $0) }, "hasFigures": names.count > 1,
      "isPaired": page.runs.count == 2,
      "remarks": list(remarks(page)),
    ]
  }

  /// What holds of all runs is said once.
  private static func remarks(_ page: BenchmarkPage) -> [String] {
    let all = page.runs.map { notes($0) + $0.scores.remarks }
    if let first = all.first, all.allSatisfy({ $0 == first }) { return first }
    return zip(page.names, all).flatMap { name, remarks in remarks.map { "\(name): \($0)" } }
  }

  private static func notes(_ run: PageRun) -> [String] {
    guard let published = run.scores.publishedCount(of: run.benchmark),
      run.scores.ledger.total != published
    else { return [] }
    return ["\(run.scores.ledger.total) of the published \(published) questions"]
  }

  /// The names of all figures of all runs, in the order of the first that has them.
  private static func figures(_ page: BenchmarkPage) -> [String] {
    var names: [String] = []
    for row in page.runs.flatMap(\.scores.metrics) where !names.contains(row.name) {
      names.append(row.name)
    }
    return names
  }

  private static func figure(_ page: BenchmarkPage, _ name: String) -> Context {
    let rows = page.runs.map { run in run.scores.metrics.first { $0.name == name } }
    let values = rows.map { $0.map { $0.value * $0.paperFactor } ?? .nan }
    var context: Context = [
      "name": name, "scale": rows.compactMap { $0 }.first.map(scale) ?? "",
      "count": rows.compactMap { $0 }.first.map { String($0.count) } ?? "",
      "cells": zip(page.runs, zip(rows, values)).map { run, cell -> Context in
        guard let row = cell.0 else { return ["value": "–"] }
        var context: Context = ["value": number(cell.1)]
        if let interval = run.intervals[name] {
          context["interval"] =
            "\(number(interval.lowerBound)) – \(number(interval.upperBound))"
        }
        if run.scores.ledger.isPartial { context["partial"] = true }
        context["count"] = String(row.count)
        return context
      },
    ]
    if values.count == 2, values.allSatisfy(\.isFinite) {
      let change = values[1] - values[0]
      let isBetter = (rows[1]?.lowerIsBetter ?? false) ? change < 0 : change > 0
      context["change"] =
        ["value": signed(change), "tone": abs(change) < 0.005 ? "same" : isBetter ? "good" : "bad"]
        as Context
    }
    return context
  }

  private static func scale(_ row: MetricRow) -> String {
    String(format: "0–%g", row.paperMaximum) + (row.lowerIsBetter ? ", less is better" : "")
  }

  static func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.2f", value) : "n/a"
  }

  private static func signed(_ value: Double) -> String {
    abs(value) < 0.005 ? "±0.00" : (value < 0 ? "−" : "+") + number(abs(value))
  }

  /// A, B … where there are several runs.
  static func letter(_ place: Int, of page: BenchmarkPage) -> String {
    page.runs.count > 1 && place < 26
      ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(place))) : ""
  }

  // MARK: Ledger and profiles

  private static func ledger(_ page: BenchmarkPage, link: String) -> Context {
    [
      "title": page.benchmark.title,
      "runs": zip(page.names, page.runs).map { name, run -> Context in
        let ledger = run.scores.ledger
        func entry(_ count: Int, _ show: String) -> Context {
          ["count": String(count), "isLinked": count > 0, "link": "\(link)show=\(show)"]
        }
        return [
          "name": name, "partial": ledger.isPartial,
          "plain": [ledger.total, ledger.selected, ledger.answered].map { ["count": String($0)] },
          "linked": [
            entry(ledger.failed, "failed"), entry(ledger.missing, "missing"),
            entry(ledger.empty, "empty"), entry(ledger.truncated, "cut"),
          ], "duplicate": String(ledger.duplicate),
        ]
      },
    ]
  }

  /// Every figure's value under each profile; nil where there is one set of rules.
  private static func profiles(_ page: BenchmarkPage, link: String) -> Context? {
    let profiles = page.profiles
    guard profiles.count > 1, let name = figures(page).first else { return nil }
    return [
      "title": page.benchmark.title, "figure": name,
      "profiles": profiles.map { ["name": $0.rawValue] },
      "runs": zip(page.names, page.profileScores).enumerated().map { place, run -> Context in
        // An evaluator has its own name for its headline, so the first figure is taken.
        let values = run.1.map { scores in
          scores.metrics.first.map { $0.value * $0.paperFactor } ?? .nan
        }
        let known = values.filter(\.isFinite)
        let differing = page.profileDifferences[place]
        return [
          "name": run.0, "cells": values.map { ["value": number($0)] },
          "spread": known.isEmpty ? "n/a" : number((known.max() ?? 0) - (known.min() ?? 0)),
          "differing": String(differing), "isLinked": differing > 0,
          "link": "\(link)show=profiles",
        ]
      },
    ]
  }
}
