import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Metrics

/// Tells which benchmark a file of answers is about, so that one benchmark's answers are never
/// scored as another's.
public enum AnswerOrigin {
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
    for record in file.records {
      guard let other = marks.first(where: { $0.isMark(record) }), other.benchmark != benchmark.name
      else { continue }
      if marks.contains(where: { $0.benchmark == benchmark.name && $0.isMark(record) }) { continue }
      throw mismatch(file, benchmark, other: other.benchmark, because: other.reason, at: record)
    }
  }

  private static func mismatch(
    _ file: AnswerFile, _ benchmark: any Benchmark, other: String, because reason: String,
    at record: AnswerRecord?
  ) -> EvaluationError {
    let title = BenchmarkRegistry.all.first { $0.name == other }?.title ?? other
    return EvaluationError(
      .invalidData,
      "these are answers to \(title), as \(reason) shows, and not to \(benchmark.title); use `score \(other)`",
      at: record?.location ?? Location(file: file.path))
  }

  /// The benchmarks whose name is a word of a data set's name: `docvqa_val`,
  /// `vila_8b_ChartQA_TEST.xlsx`.
  private static func benchmarks(named dataset: String) -> [String] {
    let words = dataset.lowercased().split { !$0.isLetter }.map(String.init)
    // CCBench is a table of MMBench's makers, with its rotations and its metric.
    let names =
      BenchmarkRegistry.all.map { ($0.name, [$0.name]) } + [
        ("infovqa", ["infographicvqa", "infographicsvqa"]), ("mmbench", ["ccbench"]),
      ]
    return names.filter { $0.1.contains(where: words.contains) }.map(\.0)
  }

  /// What only one benchmark's questions have.
  private static let marks:
    [(benchmark: String, reason: String, isMark: @Sendable (AnswerRecord) -> Bool)] = [
      ("mmbench", "the options A and B", { $0.text("A") != nil && $0.text("B") != nil }),
      (
        "mme", "the category",
        {
          ($0.text("category")).map(
            (MMESummary.perceptionCategories + MMESummary.cognitionCategories).contains) ?? false
        }
      ),
      (
        "ocrbench", "the category",
        {
          ($0.text("category", "question_type")).map(OCRBenchSummary.questionTypes.contains)
            ?? false
        }
      ),
      (
        "refcoco", "the reference box",
        { ["bbox_xywh", "bbox", "bbox_x1"].contains(where: $0.fields.keys.contains) }
      ),
      (
        "chartqa", "the split",
        { record in
          ["test_human", "test_augmented"].contains(record.text("split") ?? "")
            || ["human_test", "augmented_test"].contains(record.text("type") ?? "")
            || record.fields["relaxed_overall"] != nil
        }
      ),
    ]
}
