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
  /// - Parameter known: what earlier runs have in common with this one; it grows
  init(
    _ folder: String, night: String, model: String, profile: Profile, known: HistoryMemory
  ) throws {
    let directory = try known.opened(folder, of: model)
    let manifest = directory.manifest
    let benchmark = try BenchmarkRegistry.named(manifest.benchmark)
    let answers = try directory.briefAnswers()
    let chosen = try directory.selectedIndices().map { place in
      let sample = directory.questions[place].sample
      return (place: place, sample: sample, answer: answers[Array(sample.id.utf8)])
    }
    self.night = night
    self.model = model
    self.benchmark = manifest.benchmark
    benchmarkVersion = manifest.benchmarkVersion
    self.profile = profile.rawValue
    var asked = SHA256()
    asked.update(Array(manifest.questionsHash.utf8))
    if chosen.count != manifest.sampleCount {
      for (_, sample, _) in chosen { asked.update(Array((sample.id + "\n").utf8)) }
    }
    questions = SHA256.hexadecimal(asked.digest())
    let properties = manifest.model.properties.map { "\($0.name)=\($0.value)" }
    identity = SHA256.hexadecimal(of: Array(properties.joined(separator: "\n").utf8))
    self.answers = Self.hash(chosen.map { ($0.sample.id, $0.answer) })
    codeVersion = manifest.codeVersion
    selected = chosen.count
    answered = chosen.count { $0.answer.map { $0.failureCode == nil } ?? false }
    isPartial = answered < selected
    let scores = known.scores(
      of: chosen, in: directory, model: model, benchmark: benchmark, profile: profile)
    figures = HeadlineFigure.all(
      chosen.map { FigureRow(sample: $0.sample, image: $0.answer?.imageHash) }, scores: scores,
      benchmark: benchmark)
  }

  private static func hash(_ answers: [(id: String, answer: BriefAnswer?)]) -> String {
    var hasher = SHA256()
    var bytes: [UInt8] = []
    for (id, answer) in answers {
      bytes.removeAll(keepingCapacity: true)
      bytes += id.utf8
      bytes.append(0)
      if let answer {
        bytes += (answer.failureCode ?? "").utf8
        bytes.append(0)
        bytes += answer.text.utf8
        bytes.append(0)
        bytes += answer.stopReason.utf8
        bytes.append(0)
        bytes += answer.tokens
      }
      bytes += [0, 0]
      hasher.update(bytes)
    }
    return SHA256.hexadecimal(hasher.digest())
  }

  /// What one series of figures has in common: a new version, profile or set of questions begins
  /// another one.
  var series: String {
    "\(model)/\(benchmark) v\(benchmarkVersion) \(profile) \(questions.prefix(12))"
  }
}
