import ArgumentParser
import Foundation
import Nightly

/// `history`: the nights as series.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "What the nights were: list, series, export.",
    subcommands: [List.self, Show.self, Export.self, Rebuild.self])

  struct Place: ParsableArguments {
    @Argument(help: "The nightly's YAML file or its root; default is nightly.yml.")
    var file: String?

    func root(output: String?) throws -> NightlyRoot {
      let root = try NightlyPlace.root(file, output: output)
      try root.checkExists()
      return root
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every night with its verdict.",
      discussion: "Example: proxyv-eval history list nightly.yml")
    @OptionGroup var place: Place
    @OptionGroup var table: NightTableOptions

    func run() throws {
      let history = try History.opened(place.root(output: table.root), note: note)
      try table.show([HistoryReport.nights(try history.nights())])
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Series with their changes of level, as tables, or as one SVG file each.",
      discussion: """
        Below a change stand the last run before it and the first after it, compared answer by \
        answer.

        Example: proxyv-eval history show nightly.yml --benchmark docvqa --svg series
        """)
    @OptionGroup var place: Place
    @OptionGroup var table: NightTableOptions
    @Option(name: .long, help: "Only series of this benchmark.", completion: .benchmarks)
    var benchmark: String?
    @Option(name: .long, help: "Only series of this model.") var model: String?
    @Option(name: .long, help: "Write one SVG file per series into this folder.") var svg: String?

    func run() throws {
      let root = try place.root(output: table.root)
      let series = try History.opened(root, note: note).series().filter {
        (benchmark ?? $0.benchmark) == $0.benchmark && (model ?? $0.model) == $0.model
      }
      if let svg {
        for file in try HistorySeries.write(series, toFolder: svg) { print(file) }
      } else {
        try table.show(series.map { HistoryReport.table($0, in: root) })
      }
    }
  }

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, json }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All series as CSV or JSON.",
      discussion: "Example: proxyv-eval history export nightly.yml --format csv")
    @OptionGroup var place: Place
    @OptionGroup var output: NightlyOutput
    @Option(name: .long, help: "csv or json.") var format = Format.csv

    func run() throws {
      let root = try place.root(output: output.output)
      let series = try History.opened(root, note: note).series()
      switch format {
      case .csv: print(HistoryReport.csv(series), terminator: "")
      case .json: print(HistoryReport.json(series).text(indented: true), terminator: "")
      }
    }
  }

  struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the history anew from the run directories.",
      discussion: "Example: proxyv-eval history rebuild nightly.yml")
    @OptionGroup var place: Place
    @OptionGroup var output: NightlyOutput

    func run() throws {
      let history = try History.rebuilt(place.root(output: output.output), note: note)
      print("\(try history.nights().count) nights")
    }
  }
}
