import Benchmarks
import DataFormats
import Evaluation
import Foundation
import Hashing
import Metrics

/// A run as the history keeps it: what makes its series, what makes its answers, its figures.
struct HistoryRun: Sendable {
  var night: String
  var model: String
  var benchmark: String
  var benchmarkVersion: Int
  var profile: String
  /// SHA-256 of the questions, and of the selection where only some were asked.
  var questions: String
  /// Everything that makes the answers agree.
  var identity: String
  /// SHA-256 over ids, texts, tokens, reasons to stop and failures in the order of the data.
  var answers: String
  var codeVersion: String
  var selected: Int
  var answered: Int
  var isPartial: Bool
  var figures: [HeadlineFigure]

  /// Reads and scores a run directory by the present rules.
  init(
    _ folder: String, night: String, model: String, profile: Profile,
    benchmark given: (any Benchmark)? = nil
  ) throws {
    let directory = try RunDirectory(opening: folder)
    let manifest = directory.manifest
    let benchmark = try given ?? BenchmarkRegistry.named(manifest.benchmark)
    let answers = try RunAnswers(directory)
    let scores = RunScores(answers, benchmark: benchmark, profile: profile)
    self.night = night
    self.model = model
    self.benchmark = manifest.benchmark
    benchmarkVersion = manifest.benchmarkVersion
    self.profile = profile.rawValue
    var chosen = SHA256()
    chosen.update(Array(manifest.questionsHash.utf8))
    let isWhole = answers.selected.count == manifest.sampleCount
    if !isWhole {
      for (sample, _) in answers.selected { chosen.update(Array((sample.id + "\n").utf8)) }
    }
    questions = SHA256.hexadecimal(chosen.digest())
    let properties = manifest.model.properties.map { "\($0.name)=\($0.value)" }
    identity = SHA256.hexadecimal(of: Array(properties.joined(separator: "\n").utf8))
    self.answers = Self.hash(answers)
    codeVersion = manifest.codeVersion
    selected = answers.ledger.selected
    answered = answers.ledger.answered
    isPartial = answers.ledger.missing > 0 || answers.ledger.failed > 0
    figures = HeadlineFigure.all(scores, benchmark: benchmark)
  }

  private static func hash(_ answers: RunAnswers) -> String {
    var hasher = SHA256()
    for (sample, answer) in answers.selected {
      var text = sample.id + "\u{0}"
      if let answer {
        text += answer.failure?.code ?? ""
        text += "\u{0}\(answer.text)\u{0}\(answer.stopReason.rawValue)\u{0}"
        for token in answer.tokenIDs { text += "\(token)," }
      }
      hasher.update(Array((text + "\u{0}\u{0}").utf8))
    }
    return SHA256.hexadecimal(hasher.digest())
  }

  /// What one series of figures has in common: a new version, profile or set of questions begins
  /// another one.
  var series: String {
    "\(model)/\(benchmark) v\(benchmarkVersion) \(profile) \(questions.prefix(12))"
  }
}
