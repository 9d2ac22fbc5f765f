import Metrics

/// A benchmark: where its data may lie, what is asked, how an answer is scored, and which figures
/// come out.
///
/// This is what every benchmark must say. What only some have to say are protocols of their own,
/// which a benchmark adopts in an extension named after what it serves: ``PrintedInPaper``,
/// ``BoxScored``, and in Exchange `DescribedByAnswers`, `RecognizedByAnswers`, `LMMsEvalTask` and
/// `Submitted`. `docs/add-a-benchmark.md` shows the way.
public protocol Benchmark: Sendable {
  /// The name on the command line.
  var name: String { get }
  /// The name in tables.
  var title: String { get }
  /// The split whose score papers print.
  var split: String { get }
  /// Raised when scores of the same answers can change.
  var version: Int { get }
  /// Rows of the complete published split, where that is known.
  var publishedCount: Int? { get }
  /// What a failed or missing sample scores: 0, or 1 where less is better.
  var scoreWithoutAnswer: Double { get }
  /// The layouts that are read, most specific first.
  var formats: [DataLayout] { get }
  /// The profiles whose evaluators cover this benchmark, the default first; `--profile all` scores
  /// under these.
  var profiles: [Profile] { get }

  func prompt(for sample: Sample) -> Prompt

  /// Scores one answer.
  /// - Parameter prediction: the answer as generated, not stripped; what is stripped is part of the
  ///   profile's rule.
  func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore

  /// The figures that the evaluator of `profile` prints, the headline first.
  func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow]

  /// What must be said aloud beside the figures: answers that the rules could not read, for
  /// example.
  func remarks(_ scored: [ScoredSample], profile: Profile) -> [String]

  /// What is wrong with the questions as a whole: incomplete groups or pairs. Single samples are
  /// checked elsewhere.
  func structuralFaults(of samples: [Sample]) -> [DataFault]

  /// What the figures of these samples are made of, the headline first. A figure that is not among
  /// them has no error, and is not compared.
  func figures(of samples: [Sample]) -> [Figure]

  /// The photograph behind an image's identity, where several identities are one photograph.
  func photograph(_ identity: String) -> String

  /// Whether several questions are known to be about one image.
  var sharesImages: Bool { get }
}

extension Benchmark {
  public var scoreWithoutAnswer: Double { 0 }
  /// LLaVA's own scripts cover none of the fine-grained benchmarks.
  public var profiles: [Profile] { Profile.allCases.filter { $0 != .llava } }
  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] { [] }
  public func structuralFaults(of samples: [Sample]) -> [DataFault] { [] }
  public func figures(of samples: [Sample]) -> [Figure] { [] }
  public func photograph(_ identity: String) -> String { identity }
  public var sharesImages: Bool { false }
}

/// A sample with the score of its answer.
public struct ScoredSample: Sendable {
  public var sample: Sample
  /// The value that counts in the mean; 0 for a failed or missing answer.
  public var score: MetricScore

  public init(sample: Sample, score: MetricScore) {
    self.sample = sample
    self.score = score
  }
}

/// One printed figure.
public struct MetricRow: Sendable, Equatable {
  /// The evaluator's name for it: `anls`, `relaxed_overall` ...
  public var name: String
  /// On the evaluator's own scale, most often 0 to 1; NaN where no sample belongs to it.
  public var value: Double
  /// The factor to the scale that papers print (100 for percentages).
  public var paperFactor: Double
  /// How many samples it is the mean of.
  public var count: Int
  /// The best possible value on the scale that papers print.
  public var paperMaximum: Double
  /// An error or a distance: 0 is the best value.
  public var lowerIsBetter = false

  /// - Parameter paperMaximum: nil where `value` is at most 1
  public init(
    name: String, value: Double, paperFactor: Double, count: Int, paperMaximum: Double? = nil
  ) {
    self.name = name
    self.value = value
    self.paperFactor = paperFactor
    self.count = count
    self.paperMaximum = paperMaximum ?? paperFactor
  }

  /// The mean over samples of their scores, or of another of their values.
  public static func mean(
    _ name: String, of scored: [ScoredSample], paperFactor: Double,
    _ value: (ScoredSample) -> Double = { $0.score.value }
  ) -> MetricRow {
    let sum = scored.reduce(0.0) { $0 + value($1) }
    return MetricRow(
      name: name, value: scored.isEmpty ? .nan : sum / Double(scored.count),
      paperFactor: paperFactor, count: scored.count)
  }
}
