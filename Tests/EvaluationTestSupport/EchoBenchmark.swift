public import Evaluation
public import Metrics

/// A benchmark of equal texts: sample `k` asks "k" about image `k / perImage` and accepts "answer
/// k".
public struct EchoBenchmark: Benchmark {
  public init() {}

  public var name = "echo"
  public var title = "Echo"
  public var split = "test"
  public var version = 1
  public var publishedCount: Int? = 12
  public var formats: [DataLayout] = []
  public var question = "question"

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: "\(question) \(sample.question)", maximumNewTokens: 4)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    MetricScore(value: prediction == sample.references.first ? 1 : 0, rule: "equal")
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("share", of: scored, paperFactor: 100)]
  }

  public static func data(count: Int = 12, perImage: Int = 3) -> OpenedData {
    let samples = (0..<count).map { index in
      Sample(
        id: "s\(index)",
        image: ImageReference(
          identity: "image \(index / perImage)", name: "image \(index / perImage)", load: { [] }),
        question: String(index), references: ["answer \(index)"])
    }
    return OpenedData(
      path: "echo",
      layout: DataLayout(
        name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples }),
      samples: samples)
  }
}

/// Answers "answer k" to "question k", except where told otherwise, and counts its calls.
public final class EchoModel: AnsweringModel {
  struct Broken: Error, CustomStringConvertible { let description: String }

  public var identity: ModelIdentity
  /// Questions that fail, and images that cannot be read.
  public var failing: Set<String> = []
  public var unreadable: Set<String> = []
  /// The run is cut off, as by a kill, after this many answers.
  public var answersLeft = Int.max
  public private(set) var groups: [[String]] = []
  /// The images that were announced, each before the call on the image before it.
  public private(set) var anticipated: [String] = []

  public init(method: String = "proxyv") {
    identity = ModelIdentity([("kind", "echo"), ("method", method)])
  }

  public func anticipate(_ image: ImageReference) {
    anticipated.append("\(image.identity) before call \(groups.count + 1)")
  }

  public func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    groups.append(prompts.map(\.text))
    if let image, unreadable.contains(image.identity) {
      throw Broken(description: "\(image.name) is truncated")
    }
    for (index, prompt) in prompts.enumerated() {
      if answersLeft == 0 { throw Broken(description: "killed") }
      answersLeft -= 1
      let number = prompt.text.split(separator: " ").last.map(String.init) ?? ""
      try deliver(
        index,
        failing.contains(number)
          ? Answer(failure: Answer.Failure(code: "test", message: "failed"))
          : Answer(text: "answer \(number)"))
    }
  }
}

public final class SilentProgress: RunProgress {
  public init() {}

  public private(set) var total = 0
  public private(set) var answeredBefore = 0
  public private(set) var failedBefore = 0
  public private(set) var remarks: [String] = []

  public func start(total: Int, answeredBefore: Int, failedBefore: Int) {
    (self.total, self.answeredBefore, self.failedBefore) = (total, answeredBefore, failedBefore)
  }
  public func remark(_ text: String) { remarks.append(text) }
  public func answered(id: String, failure: Answer.Failure?) {}
  public func finish() {}
}
