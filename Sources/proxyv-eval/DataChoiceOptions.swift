import ArgumentParser
import Benchmarks
import Diagnostics
import Evaluation
import Exchange
import OrderedCollections

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

/// Whether a layout of data is one that any of `benchmarks` can be read from.
/// - Throws: `ValidationError` with the nearest name.
func checkLayout(_ name: String?, of benchmarks: [any Benchmark]) throws {
  let known = OrderedSet(benchmarks.flatMap { $0.formats.map(\.name) })
  guard let name, !known.contains(name) else { return }
  let whose = benchmarks.count == 1 ? benchmarks[0].title : "none of these benchmarks"
  throw ValidationError(
    """
    \(whose) has \(benchmarks.count == 1 ? "no " : "a ")format \"\(name)\"; \
    \(suggestion(for: name, among: Array(known)))
    """)
}

/// Whether a format of answers is one that there is.
/// - Throws: `ValidationError` with the nearest name.
func checkAnswersFormat(_ name: String?) throws {
  let known = BenchmarkRegistry.answerFormats.map(\.name)
  guard let name, !known.contains(name) else { return }
  throw ValidationError(
    "unknown answers format \"\(name)\"; \(suggestion(for: name, among: known))")
}
