import Diagnostics
public import Evaluation

/// A run's answers written as other programs and evaluation servers want them.
///
/// A selected sample that failed or has no answer is written with an empty one: it then counts as
/// wrong there as it does here.
public enum AnswerExport: String, CaseIterable, Sendable {
  /// lmms-eval's samples and results files, as version 0.7 writes them.
  case lmmsEval = "lmms-eval"
  /// The Robust Reading Competition's submission, for DocVQA and InfoVQA.
  case robustReading = "rrc"
  /// EvalAI's submission, for TextVQA.
  case evalAI = "evalai"
  /// The result folder that MME's own tool scores.
  case mme

  /// - Throws: ``EvaluationError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(EvaluationError) -> AnswerExport {
    if let format = AnswerExport(rawValue: name.lowercased()) { return format }
    throw EvaluationError(
      .unknownName,
      "unknown export format \"\(name)\"; \(suggestion(for: name, among: allCases.map(\.rawValue)))"
    )
  }

  /// Writes the files.
  ///
  /// - Parameters:
  ///   - path: the file for `rrc` and `evalai`, the folder for `lmms-eval` and `mme`
  ///   - stamp: the time in the names of lmms-eval's files, `YYYYMMDD_HHMMSS`
  /// - Returns: the files that were written
  /// - Throws: ``EvaluationError``: a format that is not for this benchmark, an id that the format
  ///   cannot hold, `write-failed`.
  public func write(
    _ run: RunDirectory, scores: RunScores, benchmark: any Benchmark, to path: String, stamp: String
  ) throws -> [String] {
    let allowed: [String]? =
      switch self {
      case .lmmsEval: nil
      case .robustReading: ["docvqa", "infovqa"]
      case .evalAI: ["textvqa"]
      case .mme: ["mme"]
      }
    if let allowed, !allowed.contains(benchmark.name) {
      throw EvaluationError(
        .invalidData,
        "the format \(rawValue) is for \(allowed.joined(separator: " and ")), and this run answers \(benchmark.name)",
        at: Location(file: run.path))
    }
    return switch self {
    case .lmmsEval:
      try LMMsEvalExport(run: run, scores: scores, benchmark: benchmark, stamp: stamp).write(
        to: path)
    case .robustReading: try SubmissionExport.write(scores, idKey: "questionId", to: path)
    case .evalAI: try SubmissionExport.write(scores, idKey: "question_id", to: path)
    case .mme: try MMEExport.write(scores, to: path)
    }
  }
}
