import ArgumentParser
import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Reporting

/// `--format` of every command that prints tables.
struct TableFormatOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "markdown, latex, csv, json or html; default is Markdown fitted to the terminal.",
      valueName: "format"))
  var format: ResultTable.Format?
}

/// How and where a command prints its tables: the same options for all of them.
struct TableOptions: ParsableArguments {
  @OptionGroup var formatOption: TableFormatOption
  @Option(name: .long, help: "Write the table to this file and print its name.")
  var output: String?

  var format: ResultTable.Format? { formatOption.format }

  /// The format that is written: as named, or as the file's name asks for.
  var chosenFormat: ResultTable.Format {
    format ?? output.flatMap { ResultTable.Format(fileName: $0) } ?? .markdown
  }

  /// `--json` is `--format json`: another format beside it would have no effect.
  func checkJSON(_ json: Bool) throws {
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
  }

  /// Prints tables, or writes them to the file.
  func show(_ tables: ResultTable...) throws { try show(tables) }

  func show(_ tables: [ResultTable]) throws {
    try TableOptions.show(tables, format: format, output: output)
  }

  /// Prints JSON that is no table, or writes it to the file.
  func show(json: JSONValue) throws { try TableOptions.show(json: json, output: output) }

  static func show(json: JSONValue, output: String?) throws {
    guard let output else { return print(json.text(indented: true), terminator: "") }
    try DurableFile.replace(output, with: json.text(indented: true))
    print(output)
  }

  static func show(
    _ tables: [ResultTable], format: ResultTable.Format?, output: String? = nil
  ) throws {
    guard let output else {
      let width = format == nil ? Terminal.width() : nil
      print(ResultTable.text(of: tables, format ?? .markdown, width: width), terminator: "")
      return
    }
    let named = ResultTable.Format(fileName: output)
    try DurableFile.replace(
      output, with: ResultTable.text(of: tables, format ?? named ?? .markdown))
    print(output)
  }
}

/// `--intervals`, the rule, and `--no-intervals`.
struct IntervalOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "95 % intervals over images beside the scores.")
  var intervals = true
}

extension ResultTable.Format: ExpressibleByArgument {
  /// The format that a file's name asks for: `table.tex`.
  init?(fileName: String) {
    let endings: [String: Self] = [
      "md": .markdown, "tex": .latex, "csv": .csv, "json": .json, "html": .html, "htm": .html,
    ]
    guard let format = endings[(fileName as NSString).pathExtension.lowercased()] else {
      return nil
    }
    self = format
  }
}
