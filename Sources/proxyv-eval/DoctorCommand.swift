import ArgumentParser
import Benchmarks
import DataFormats
import Diagnostics
import Evaluation

/// `doctor`: finds before a ten-hour run what would spoil it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks what a run needs before it starts.",
    subcommands: [DoctorData.self])
}

struct DoctorData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract:
      "Reads a data folder as a run would and fails where a run would have holes or broken groups.",
    discussion: """
      Reported are, per benchmark: the format, questions against the published count, images \
      that are missing or cannot be decoded, \
      questions without a reference, ids used twice, and broken groups of questions: options \
      that are not asked in every rotation, images \
      without exactly two questions. The exit code is 1 where anything of this is unsound.

      Example: proxyv-eval doctor data DATA/docvqa
      """)

  @Argument(help: "The data folder.") var folder: String
  @Option(
    name: .long, help: "The benchmark; default is every one whose data is recognised.",
    completion: .benchmarks)
  var benchmark: String?
  @Option(name: .long, help: "The layout, where it should not be recognised.") var format: String?
  @OptionGroup var choosing: DataChoiceOptions
  @Flag(name: .long, help: "Print JSON, one line per benchmark.") var json = false

  func run() throws {
    let named = try benchmark.map { name in try usage { try TaskNames.one(name) } }
    var unsound: [String] = []
    for (benchmark, reading) in try BenchmarkRegistry.readings(
      in: folder, benchmark: named, layoutName: format, choice: choosing.choice,
      allowsRepeatedIDs: true)
    {
      switch reading {
      case .success(let data):
        let inspection = DataInspection(benchmark, data: data)
        print(json ? inspection.json.text() : inspection.text)
        if !inspection.isSound { unsound.append(benchmark.title) }
      case .failure(let error):
        let report: JSONValue = [
          "benchmark": .string(benchmark.name), "unreadable": .string(render(error)),
          "sound": .bool(false),
        ]
        print(json ? report.text() : "\(benchmark.name): cannot be read: \(render(error))")
        unsound.append(benchmark.title)
      }
    }
    if !unsound.isEmpty {
      throw EvaluationError(
        .invalidData,
        """
        the data of \(unsound.joined(separator: ", ")) \(unsound.count == 1 ? "is" : "are") \
        unsound
        """,
        at: Location(file: folder))
    }
  }
}
