import DataFormats
import Metrics
import OrderedCollections

/// The scores of a run under one profile: a pure function of its log and its questions.
public struct RunScores: Sendable {
  public let directory: String
  public let manifest: RunManifest
  public let profile: Profile
  public let metrics: [MetricRow]
  public let ledger: Ledger
  /// Every selected sample in the order of the data, with its answer (nil: missing) and score.
  public let samples: [(scored: ScoredSample, answer: Answer?)]

  /// Whether any question has an accepted answer: a split to submit has none, and no figures.
  public let hasReferences: Bool
  /// What must be said aloud beside the figures.
  public let remarks: [String]
  /// What the figures are made of.
  let figures: [Figure]
  /// Which samples are about one image; nil where nothing is known. // [samples]
  package let images: [String?]

  /// Scores what a run has so far.
  public init(_ run: RunDirectory, benchmark: any Benchmark, profile: Profile) throws {
    self.init(try RunAnswers(run), benchmark: benchmark, profile: profile)
  }

  /// Scores answers that are in memory.
  public init(_ answers: RunAnswers, benchmark: any Benchmark, profile: Profile) {
    directory = answers.directory
    manifest = answers.manifest
    ledger = answers.ledger
    self.profile = profile
    let hasReferences = answers.selected.lazy.map(\.sample).areScorable
    self.hasReferences = hasReferences
    samples = answers.selected.map { sample, answer in
      let score =
        if !hasReferences {
          MetricScore(value: benchmark.scoreWithoutAnswer, rule: "no reference")
        } else if let answer, answer.failure == nil {
          benchmark.evaluated(answer.text, for: sample, profile: profile)
        } else {
          MetricScore(
            value: benchmark.scoreWithoutAnswer,
            rule: answer?.failure.map { "failed: \($0.code)" } ?? "missing")
        }
      return (ScoredSample(sample: sample, score: score), answer)
    }
    figures = benchmark.figures(of: answers.selected.map(\.sample))
    images = answers.images(in: benchmark)
    metrics = benchmark.aggregate(samples.map(\.scored), profile: profile).map { row in
      var row = row
      if !hasReferences { (row.value, row.count) = (.nan, 0) }
      return row
    }
    let answered = samples.filter { $0.answer.map { $0.failure == nil } ?? false }
    remarks =
      answers.remarks
      + (hasReferences
        ? benchmark.remarks(answered.map(\.scored), profile: profile) : [Self.nothingToScore])
  }

  /// What is said of a split whose references its server keeps.
  public static let nothingToScore =
    "no references: nothing to score; `export` writes the answers for the server that has them"

  /// Rows of the complete split that was asked, where that is known: of another split than the
  /// benchmark's own it is not.
  public func publishedCount(of benchmark: any Benchmark) -> Int? {
    manifest.split == nil ? benchmark.publishedCount : nil
  }

  public var json: JSONValue {
    [
      "benchmark": .string(manifest.benchmark),
      "benchmark_version": .integer(manifest.benchmarkVersion),
      "profile": .string(profile.rawValue),
      "metrics": .array(
        metrics.map { row in
          let estimate = estimate(of: row)
          func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
          return [
            "name": .string(row.name), "value": .number(row.value),
            "paper_value": .number(row.value * row.paperFactor),
            "count": .integer(row.count), "se": number(estimate?.standardError),
            "df": number(estimate?.degreesOfFreedom), "low": number(estimate?.low),
            "high": number(estimate?.high),
            "clusters": estimate.map { .integer($0.clusters) } ?? .null,
            "design_effect": number(estimate?.designEffect),
          ]
        }),
      "ledger": ledger.json, "remarks": .array(remarks.map { .string($0) }),
      "model": .object(
        OrderedDictionary(
          manifest.model.properties.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { $1 })),
    ]
  }

  /// `samples.jsonl`: a line for every selected sample.
  var samplesText: String {
    let lines = samples.map { scored, answer -> String in
      let line: JSONValue = [
        "id": .string(scored.sample.id), "question": .string(scored.sample.question),
        "references": .array(scored.sample.references.map { .string($0) }),
        "answer": answer.map { .string($0.text) } ?? .null,
        "error": answer?.failure.map { .string($0.message) } ?? .null,
        "score": hasReferences ? .number(scored.score.value) : .null,
        "rule": .string(scored.score.rule),
        "extracted": scored.score.extracted.map { .string($0) } ?? .null,
      ]
      return line.text() + "\n"
    }
    return lines.joined()
  }
}
