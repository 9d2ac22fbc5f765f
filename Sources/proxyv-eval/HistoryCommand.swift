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
    @OptionGroup var place: NightlyOutput

    func root() throws -> NightlyRoot {
      let root = try NightlyPlace.root(file, output: place.output)
      try root.checkExists()
      return root
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every night with its verdict.",
      discussion: "Example: proxyv-eval history list nightly.yml")
    @OptionGroup var place: Place

    func run() throws {
      let history = try History.opened(place.root(), note: note)
      print(HistoryReport.nights(try history.nights()), terminator: "")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Series with their changes of level, as tables, or as one SVG file each.",
      discussion: "Example: proxyv-eval history show nightly.yml --benchmark docvqa --svg series")
    @OptionGroup var place: Place
    @Option(name: .long, help: "Only series of this benchmark.", completion: .benchmarks)
    var benchmark: String?
    @Option(name: .long, help: "Only series of this model.") var model: String?
    @Option(name: .long, help: "Write one SVG file per series into this folder.") var svg: String?

    func run() throws {
      let series = try History.opened(place.root(), note: note).series().filter {
        (benchmark ?? $0.benchmark) == $0.benchmark && (model ?? $0.model) == $0.model
      }
      if let svg {
        for file in try HistorySeries.write(series, toFolder: svg) { print(file) }
      } else {
        print(series.map(HistoryReport.markdown).joined(separator: "\n"), terminator: "")
      }
    }
  }

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, json }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All series as CSV or JSON.",
      discussion: "Example: proxyv-eval history export nightly.yml --format csv")
    @OptionGroup var place: Place
    @Option(name: .long, help: "csv or json.") var format = Format.csv

    func run() throws {
      let series = try History.opened(place.root(), note: note).series()
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

    func run() throws {
      let history = try History.rebuilt(place.root(), note: note)
      print("\(try history.nights().count) nights")
    }
  }
}
