import DataFormats
import Evaluation
import Foundation
import Metrics
import ServerTestSupport

@testable import ServedModel

/// Questions "q0", "q1", ... each of whose image is one red pixel more; the answer is the question.
struct Questions: Benchmark {
  var name = "questions"
  var title = "Questions"
  var split = "test"
  var version = 1
  var publishedCount: Int?
  var formats: [DataLayout] = []

  func prompt(for sample: Sample) -> Prompt { Prompt(text: sample.question, maximumNewTokens: 10) }

  func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    MetricScore(value: prediction == sample.references.first ? 1 : 0, rule: "equal")
  }

  func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("share", of: scored, paperFactor: 100)]
  }

  static func data(count: Int, perImage: Int) -> OpenedData {
    let samples = (0..<count).map { index in
      Sample(
        id: "s\(index)", image: pixels("image \(index / perImage)"), question: "q\(index)",
        references: ["q\(index)"])
    }
    return OpenedData(
      path: "questions",
      layout: DataLayout(
        name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples }),
      samples: samples)
  }

  /// A GIF's first bytes are all that is looked at of what is sent as stored.
  static func pixels(_ name: String) -> ImageReference {
    ImageReference(identity: name, name: name, load: { Array("GIF89a \(name)".utf8) })
  }
}

final class SilentProgress: RunProgress {
  private(set) var failures: [String: Answer.Failure] = [:]
  func start(total: Int, answeredBefore: Int, failedBefore: Int) {}
  func answered(id: String, failure: Answer.Failure?) { failures[id] = failure }
  func finish() {}
}

/// Settings with which nothing waits longer than a test may.
func hurried(_ change: (inout ServedModelSettings) -> Void = { _ in }) -> ServedModelSettings {
  var settings = ServedModelSettings()
  settings.retryDelay = 0.01
  settings.retries = 2
  settings.requestSeconds = 1.5
  settings.questionSeconds = 20
  change(&settings)
  return settings
}

extension HostileServer {
  func model(_ change: (inout ServedModelSettings) -> Void = { _ in }) throws -> ServedModel {
    try ServedModel(ServerAddress(address), settings: hurried(change))
  }
}

extension ServedModel {
  /// The answer to one question without an image.
  func ask(_ text: String, limit: Int = 10) throws -> Answer? {
    var given: Answer?
    try answer([Prompt(text: text, maximumNewTokens: limit)], about: nil) { given = $1 }
    return given
  }
}
