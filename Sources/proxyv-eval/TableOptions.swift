import ArgumentParser
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

  /// Prints tables, or writes them to the file.
  func show(_ tables: ResultTable...) throws { try show(tables) }

  func show(_ tables: [ResultTable]) throws {
    try TableOptions.show(tables, format: format, output: output)
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
