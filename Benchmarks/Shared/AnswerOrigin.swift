import Diagnostics
import Evaluation
import Exchange

/// Tells which benchmark a file of answers is about, so that one benchmark's answers are never
/// scored as another's.
public enum AnswerOrigin {
  /// The benchmark as these answers are to it: under the name of the data set that they are about.
  /// - Throws: ``EvaluationError`` `invalid-data` where the file's name, or what it says about its
  ///   questions, is another benchmark's; or where no answer holds what the benchmark asks for.
  public static func checked(
    _ benchmark: any Benchmark, for file: AnswerFile
  ) throws(EvaluationError) -> any Benchmark {
    try check(file, isFor: benchmark)
    guard let recognized = benchmark as? any RecognizedByAnswers else { return benchmark }
    return try recognized.adapted(to: file)
  }

  /// - Throws: ``EvaluationError`` `invalid-data` where the file's name, or what it says about its
  ///   questions, is another benchmark's.
  public static func check(
    _ file: AnswerFile, isFor benchmark: any Benchmark
  ) throws(EvaluationError) {
    if let dataset = file.dataset {
      let named = benchmarks(named: dataset)
      if !named.isEmpty, !named.contains(benchmark.name) {
        throw mismatch(
          file, benchmark, other: named[0], because: "the name \"\(dataset)\"", at: nil)
      }
      if named.contains(benchmark.name) { return }
    }
    let marks = BenchmarkRegistry.all.compactMap { $0 as? any RecognizedByAnswers }
    for record in file.records {
      let marked = marks.filter { $0.isMarked(record) }
      guard let other = marked.first, !marked.contains(where: { $0.name == benchmark.name }) else {
        continue
      }
      let mark = other.answerMark ?? "the question"
      if marked.count == 1 {
        throw mismatch(file, benchmark, other: other.name, because: mark, at: record)
      }
      throw EvaluationError(
        .invalidData,
        """
        these are not answers to \(benchmark.title), as \(mark) shows, but to one of \
        \(marked.map(\.title).joined(separator: ", ")); use `score` with its name \
        (\(marked.map(\.name).joined(separator: ", ")))
        """,
        at: record.location)
    }
  }

  private static func mismatch(
    _ file: AnswerFile, _ benchmark: any Benchmark, other: String, because reason: String,
    at record: AnswerRecord?
  ) -> EvaluationError {
    let title = BenchmarkRegistry.all.first { $0.name == other }?.title ?? other
    return EvaluationError(
      .invalidData,
      """
      these are answers to \(title), as \(reason) shows, and not to \(benchmark.title); use \
      `score \(other)`
      """,
      at: record?.location ?? Location(file: file.path))
  }

  /// The benchmarks whose name is a word of a data set's name: `docvqa_val`,
  /// `vila_8b_ChartQA_TEST.xlsx`.
  private static func benchmarks(named dataset: String) -> [String] {
    let name = dataset.lowercased()
    let words = Set(
      (name.split { !$0.isLetter } + name.split { !$0.isLetter && !$0.isNumber }).map(String.init))
    return BenchmarkRegistry.all.filter { benchmark in
      let others = (benchmark as? any RecognizedByAnswers)?.otherNames ?? []
      return ([benchmark.name] + others).contains(where: words.contains)
    }.map(\.name)
  }
}
