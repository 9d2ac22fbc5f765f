import ArgumentParser
import Evaluation

/// `--file` and `--split`: of several files or splits that are one benchmark's data, the one that
/// is meant.
struct DataChoiceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Of several files that match the benchmark, the one to read: a name in the data folder.")
  var file: String?
  @Option(
    name: .long,
    help:
      """
      The split to read in place of the benchmark's own, or of several data sets the one: val, \
      test, testA ... One that the data lack is refused with those that they have.
      """)
  var split: String?

  var choice: DataChoice { DataChoice(file: file, split: split) }

  func validate() throws {
    if file?.isEmpty ?? false { throw ValidationError("--file must name a file") }
    if split?.isEmpty ?? false { throw ValidationError("--split must name a split") }
  }
}
