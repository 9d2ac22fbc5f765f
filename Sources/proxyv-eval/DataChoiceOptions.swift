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
    help: "Of several splits or data sets that match, the one to read: val, test, testA ...")
  var split: String?

  var choice: DataChoice { DataChoice(file: file, split: split) }

  func validate() throws {
    if file?.isEmpty ?? false { throw ValidationError("--file must name a file") }
    if split?.isEmpty ?? false { throw ValidationError("--split must name a split") }
  }
}
