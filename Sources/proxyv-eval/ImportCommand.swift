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

      Example: proxyv-eval import chartqa --answers vila_8b_ChartQA_TEST.xlsx --output \
      runs/vila/chartqa --name vila-8b
      """)

  @Argument(help: "The benchmark that was answered.", completion: .benchmarks) var benchmark: String
  @Option(name: .long, help: "The file or folder of answers.") var answers: String
  @Option(name: .long, help: "The run directory to make.") var output: String
  @Option(name: .long, help: "The model's name in tables; default is the file's.") var name: String?
  @Option(
    name: .long, help: "The benchmark's data; needed where the answers' file holds no references.")
  var data: String?
  @Option(name: .long, help: "The format of the answers, where it should not be recognised.")
  var answersFormat: String?
  @Option(name: .long, help: "The layout of the data, where it should not be recognised.")
  var dataFormat: String?
  @OptionGroup var choosing: DataChoiceOptions
  @Option(
    name: .long,
    help:
      """
      Which keys of the answers' file mean what: \
      id=KEY,prediction=KEY,references=KEY,image=KEY,question=KEY; a key may be a path like \
      messages.0.content.
      """
  ) var fields: String?

  func validate() throws {
    try checkIsNotEmpty(output, "--output")
    if fields != nil, answersFormat != nil, answersFormat != "fields" {
      throw ValidationError("--fields is a format of its own; leave out --answers-format")
    }
  }

  func run() throws {
    let named = try usage { try TaskNames.benchmarks([self.benchmark]) }[0]
    let (joined, benchmark) = try AnswersOnDisk(
      path: answers, formatName: answersFormat,
      fields: try fields.map { text in try usage { try FieldMapping(text) } },
      choice: choosing.choice, data: data, layoutName: dataFormat
    ).joined(to: named, note: note)
    let run = try ImportedRun.write(joined, benchmark: benchmark, name: name, to: output)
    let scored = try ScoredRun(
      run, benchmark: benchmark, profiles: ProfileSelection.named("lmms-eval"))
    try scored.write()
    note("\(benchmark.title): \(scored.scores[0].ledger.summary)")
    print(run.path)
  }
}

/// Where somebody else's answers lie, and the data that they are about.
struct AnswersOnDisk {
  var path: String
  var formatName: String?
  /// Which keys mean what, in a file of no known format.
  var fields: FieldMapping?
  /// Of several files or splits, the one that is meant.
  var choice = DataChoice()
  var data: String?
  var layoutName: String?

  /// Reads the answers and finds for each the sample that it answers; the benchmark is the one that
  /// the answers are to.
  func joined(
    to benchmark: any Benchmark, note: (String) -> Void
  ) throws -> (answers: JoinedAnswers, benchmark: any Benchmark) {
    let file = try AnswerFile(
      path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats,
      formatName: formatName, fields: fields, split: choice.split)
    note(
      "\(benchmark.title): \(file.records.count) answers in \(file.path) (\(file.format.summary))")
    let answered = try AnswerOrigin.checked(benchmark, for: file)
    // Of a file that holds several data sets, --split has chosen already.
    let opening = DataChoice(
      file: choice.file, split: file.format.choosesSplit ? nil : choice.split)
    let opened = try data.map {
      try OpenedData(benchmark, path: $0, layoutName: layoutName, choice: opening)
    }
    if let opened { note("\(benchmark.title): \(opened.summary)") }
    return (try JoinedAnswers(file, benchmark: answered, data: opened), answered)
  }
}
