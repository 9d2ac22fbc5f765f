import DataFormats
import Diagnostics
public import Evaluation
import Foundation

/// Answers that another program wrote, as a run directory: it stands in every table and comparison
/// like a run of our own, marked with its origin.
///
/// ```swift
/// let run = try ImportedRun.write(joined, benchmark: ChartQA(), name: "vila-8b", to: "runs/vila")
/// ```
public enum ImportedRun {
  /// - Parameter name: of the model that answered; nil for the file's
  /// - Throws: ``EvaluationError`` `run-changed` where the folder holds another run,
  ///   `invalid-data` where it holds anything else, `write-failed`.
  public static func write(
    _ joined: JoinedAnswers, benchmark: any Benchmark, name: String?, to path: String
  ) throws -> RunDirectory {
    let contents =
      FileManager.default.fileExists(atPath: path) ? try RunDirectory.listing(path) : []
    if !contents.isEmpty, !contents.contains("run.json") {
      throw EvaluationError(
        .invalidData, "the folder holds something else than a run; name another --output",
        at: Location(file: path))
    }
    let file = joined.file
    let questions = joined.questions(of: benchmark)
    var manifest = joined.manifest(
      of: benchmark, questions: questions,
      model: ModelIdentity([
        ("kind", ModelIdentity.imported), ("name", name ?? file.name),
        ("answers", file.format.name),
        ("content", file.contentHash),
      ]), remarks: ["imported from \(file.path) (\(file.format.summary))"] + joined.remarks)
    manifest.name = name ?? file.name
    manifest.isNameGiven = name != nil
    let answers = zip(questions, joined.answers).compactMap { question, answer in
      answer.map { (id: question.id, answer: $0) }
    }
    return try RunDirectory.written(
      to: path, manifest: manifest, questions: questions, answers: answers)
  }
}
