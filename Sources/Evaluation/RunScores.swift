import DataFormats
import Metrics
import OrderedCollections
import PythonText

/// The scores of a run under one profile: a pure function of its log and its questions.
public struct RunScores: Sendable {
  public let directory: String
  public let manifest: RunManifest
  public let profile: Profile
  public let metrics: [MetricRow]
  public let ledger: Ledger
  /// Every selected sample in the order of the data, with its answer (nil: missing) and score.
  public let samples: [(scored: ScoredSample, answer: Answer?)]

  /// Scores what a run has so far.
  public init(_ run: RunDirectory, benchmark: any Benchmark, profile: Profile) throws {
    directory = run.path
    manifest = run.manifest
    self.profile = profile
    var ledger = Ledger()
    ledger.total = run.questions.count
    let known = Set(run.questions.map(\.id))
    var answers: [String: Answer] = [:]
    for entry in try run.entries() {
      // A later line replaces a failed one (a retry); it never replaces an answer.
      if !known.contains(entry.id) || answers[entry.id].map({ $0.failure == nil }) ?? false {
        ledger.duplicate += 1
      } else {
        answers[entry.id] = entry.answer
      }
    }
    let selected = try run.selectedIndices()
    samples = Self.scored(selected.map { (run.questions[$0].sample, answers[run.questions[$0].id]) }, benchmark, profile, &ledger)
    self.ledger = ledger
    metrics = benchmark.aggregate(samples.map(\.scored), profile: profile)
  }

  /// Scores answers that were made elsewhere.
  public init(_ joined: JoinedAnswers, benchmark: any Benchmark, profile: Profile) {
    let file = joined.file
    directory = file.path
    manifest = RunManifest(
      benchmark: benchmark, dataFolder: joined.data?.path ?? file.path, dataLayout: joined.data?.layout.name ?? file.format.name,
      questions: joined.samples.map { RunQuestion($0, prompt: benchmark.prompt(for: $0)) },
      model: ModelIdentity([("kind", file.name), ("answers", file.format.name), ("content", file.contentHash)]), selection: .all)
    self.profile = profile
    var ledger = Ledger()
    ledger.total = joined.samples.count
    let answers = joined.records.map { record in
      record.map { $0.failure.map(Answer.init(failure:)) ?? Answer(text: $0.prediction) }
    }
    samples = Self.scored(Array(zip(joined.samples, answers)), benchmark, profile, &ledger)
    self.ledger = ledger
    metrics = benchmark.aggregate(samples.map(\.scored), profile: profile)
  }

  /// Scores answers one by one and counts in the ledger what became of them.
  private static func scored(
    _ answered: [(sample: Sample, answer: Answer?)], _ benchmark: any Benchmark, _ profile: Profile, _ ledger: inout Ledger
  ) -> [(scored: ScoredSample, answer: Answer?)] {
    ledger.selected = answered.count
    var samples: [(scored: ScoredSample, answer: Answer?)] = []
    samples.reserveCapacity(answered.count)
    for (sample, answer) in answered {
      let score: MetricScore
      if let answer, answer.failure == nil {
        ledger.answered += 1
        if isBlank(answer.text) { ledger.empty += 1 }
        if answer.stopReason == .length { ledger.truncated += 1 }
        score = benchmark.score(answer.text, for: sample, profile: profile)
      } else if let failure = answer?.failure {
        ledger.failed += 1
        score = MetricScore(value: benchmark.scoreWithoutAnswer, rule: "failed: \(failure.code)", extracted: nil)
      } else {
        ledger.missing += 1
        score = MetricScore(value: benchmark.scoreWithoutAnswer, rule: "missing", extracted: nil)
      }
      samples.append((ScoredSample(sample: sample, score: score), answer))
    }
    return samples
  }

  public var json: JSONValue {
    [
      "benchmark": .string(manifest.benchmark), "benchmark_version": .integer(manifest.benchmarkVersion),
      "profile": .string(profile.rawValue),
      "metrics": .array(
        metrics.map { row in
          [
            "name": .string(row.name), "value": .number(row.value), "paper_value": .number(row.value * row.paperFactor),
            "count": .integer(row.count),
          ]
        }),
      "ledger": ledger.json,
      "model": .object(OrderedDictionary(manifest.model.properties.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { $1 })),
    ]
  }

  /// Writes `scores.json` and `samples.jsonl`, each whole or not at all.
  public func write() throws {
    let lines = samples.map { scored, answer -> String in
      let line: JSONValue = [
        "id": .string(scored.sample.id), "question": .string(scored.sample.question),
        "references": .array(scored.sample.references.map { .string($0) }), "answer": answer.map { .string($0.text) } ?? .null,
        "error": answer?.failure.map { .string($0.message) } ?? .null, "score": .number(scored.score.value),
        "rule": .string(scored.score.rule), "extracted": scored.score.extracted.map { .string($0) } ?? .null,
      ]
      return line.text() + "\n"
    }
    try DurableFile.replace(directory + "/samples.jsonl", with: lines.joined())
    try DurableFile.replace(directory + "/scores.json", with: json.text(indented: true))
  }
}

/// Whether nothing is left after Python's strip().
private func isBlank(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { PythonString.isWhitespace($0) }
}
