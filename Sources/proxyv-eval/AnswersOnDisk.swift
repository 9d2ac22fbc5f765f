import Benchmarks
import Evaluation
import Exchange

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
