import ArgumentParser
import Benchmarks
import Evaluation
import Exchange
import Metrics
import Reporting

/// `import`: what another program predicted becomes a run directory.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a run directory of the answers that another program wrote.",
    discussion: """
      It reads what `score --answers` reads; the run then stands in report and compare like any \
      other, marked with its origin.

      Example: proxyv-eval import chartqa --answers vila.xlsx --output runs/vila
      """)

  @Argument(help: "The benchmark that was answered.", completion: .benchmarks) var benchmark: String
  @Option(name: .long, help: "The file or folder of answers.") var answers: String
  @Option(name: .long, help: "The run directory to make.") var output: String
  @Option(name: .long, help: "The model's name in tables; default is the file's.") var name: String?
  @OptionGroup var answerFile: AnswerFileOptions

  func validate() throws { try checkIsNotEmpty(output, "--output") }

  func run() throws {
    let named = try usage { try TaskNames.one(self.benchmark) }
    let (joined, benchmark) = try answerFile.joined(answers, to: named)
    let run = try ImportedRun.write(joined, benchmark: benchmark, name: name, to: output)
    let scored = try ScoredRun(
      run, benchmark: benchmark, profiles: ProfileSelection.named("lmms-eval"))
    try scored.write()
    note("\(benchmark.title): \(scored.scores[0].ledger.summary)")
    print(run.path)
  }
}
