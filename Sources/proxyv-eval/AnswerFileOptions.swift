import ArgumentParser
import Benchmarks
import Evaluation
import Exchange

/// How a file of answers that another program wrote is read, and the data that it is about.
struct AnswerFileOptions: ParsableArguments {
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
      Which keys of the answers' file mean what: id=KEY,prediction=KEY and so on, for id, \
      prediction, references, image and question; a key may be a path like messages.0.content.
      """
  ) var fields: String?

  /// Whether none of these options was given.
  var isEmpty: Bool {
    answersFormat == nil && data == nil && dataFormat == nil && fields == nil
      && choosing.choice == DataChoice()
  }

  func validate() throws {
    if data == nil {
      try GivenOptions().refuse(["--data-format", "--file"], "without --data")
    }
    try checkAnswersFormat(answersFormat)
    if fields != nil, answersFormat != nil, answersFormat != "fields" {
      throw ValidationError("--fields is a format of its own; leave out --answers-format")
    }
  }

  /// The answers of `path`, joined to their samples; the benchmark is the one they are to.
  ///
  /// - Parameter layoutName: of the data, where another option says it.
  func joined(
    _ path: String, to benchmark: any Benchmark, layoutName: String? = nil
  ) throws -> (answers: JoinedAnswers, benchmark: any Benchmark) {
    try checkLayout(dataFormat ?? layoutName, of: [benchmark])
    return try AnswersOnDisk(
      path: path, formatName: answersFormat,
      fields: try fields.map { text in try usage { try FieldMapping(text) } },
      choice: choosing.choice, data: data, layoutName: dataFormat ?? layoutName
    ).joined(to: benchmark, note: note)
  }
}
