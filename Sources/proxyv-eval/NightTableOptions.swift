import ArgumentParser
import Evaluation
import Reporting

/// How and where the tables of nights are printed. `--output` names the root of the nights here as
/// in all commands about them, and a file where its name says so.
struct NightTableOptions: ParsableArguments {
  @OptionGroup var formatOption: TableFormatOption
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The root of the nights, in place of the file's; or the file to write, whose name ends in \
      .md, .tex, .csv, .json or .html.
      """,
      valueName: "root-or-file"))
  var output: String?

  private var format: ResultTable.Format? { formatOption.format }
  /// The file to write.
  private var file: String? {
    output.flatMap { ResultTable.Format(fileName: $0) == nil ? nil : $0 }
  }
  /// The root of the nights.
  var root: String? { file == nil ? output : nil }

  /// Nil: for the eyes, fitted to the terminal.
  var chosenFormat: ResultTable.Format? {
    format ?? file.flatMap { ResultTable.Format(fileName: $0) }
  }

  func show(_ tables: [ResultTable]) throws {
    try TableOptions.show(tables, format: format, output: file)
  }

  /// Prints a text that has its format already, or writes it to the file.
  func show(_ text: String) throws {
    guard let file else { return print(text, terminator: "") }
    try DurableFile.replace(file, with: text)
    print(file)
  }
}
