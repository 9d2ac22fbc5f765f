import DataFormats
public import Evaluation
import Foundation
public import Metrics

/// One side of a comparison: the answers of one benchmark, scored by the running program.
public struct ComparedRun: Sendable {
  public let benchmark: any Benchmark
  public let answers: RunAnswers
  public let scores: RunScores
  /// What `scores.json` in the run directory says under the same profile; empty where there is
  /// none.
  public let storedFigures: [String: Double]

  /// The folder or file that it was read from.
  public var path: String { answers.directory }

  /// Scores answers under one profile.
  /// - Throws: ``ComparisonError`` `no-answers`, or `invalid-option` for a profile that the
  ///   benchmark lacks.
  public init(
    _ answers: RunAnswers, benchmark: any Benchmark, profile: Profile
  ) throws(ComparisonError) {
    guard benchmark.profiles.contains(where: { $0.evaluator == profile.evaluator }) else {
      throw ComparisonError(
        .invalidOption,
        "\(benchmark.title) has no profile \"\(profile.rawValue)\"; it has "
          + benchmark.profiles.map(\.rawValue).joined(separator: ", "))
    }
    guard answers.selected.contains(where: { $0.answer != nil }) else {
      throw ComparisonError(
        .noAnswers, "this run has no answers yet; run it, or name another",
        at: .init(file: answers.directory))
    }
    self.benchmark = benchmark
    self.answers = answers
    scores = RunScores(answers, benchmark: benchmark, profile: profile)
    guard scores.hasReferences else {
      throw ComparisonError(
        .noAnswers,
        "the questions have no references, so that nothing is scored and nothing can be compared;"
          + " `export` writes the answers for the server that has them",
        at: .init(file: answers.directory))
    }
    storedFigures = Self.stored(in: answers.directory, profile: profile)
  }

  /// The side with its answers held against the samples of another edition of the data.
  init(_ run: ComparedRun, rescoredAgainst sample: (Sample) -> Sample) {
    benchmark = run.benchmark
    answers = run.answers.rescored(against: sample)
    scores = RunScores(answers, benchmark: benchmark, profile: run.scores.profile)
    storedFigures = run.storedFigures
  }

  /// Whether another program answered, and this one knows no more than a file.
  public var isImported: Bool { answers.manifest.model["answers"] != nil }

  var imageHashes: [String?] { answers.imageHashes }

  /// The photograph's name where nothing is known of its content.
  var imageNames: [String?] { answers.imageNames(in: benchmark) }

  private static func stored(in folder: String, profile: Profile) -> [String: Double] {
    guard let node = try? JSONNode(contentsOf: folder + "/scores.json"),
      (try? node["profile"].string()) == profile.rawValue, let rows = try? node["metrics"].list()
    else { return [:] }
    var figures: [String: Double] = [:]
    for row in rows {
      if let name = try? row["name"].string(), let value = try? row["value"].double() {
        figures[name] = value
      }
    }
    return figures
  }
}
