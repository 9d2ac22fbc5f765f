public import DataFormats
import Metrics

/// The samples of a run whose score depends on the profile, and the rules that make the difference.
public struct ProfileDifferences: Sendable {
  /// What one or several profiles make of an answer.
  public struct Verdict: Sendable, Equatable {
    public var profiles: [Profile]
    public var score: MetricScore
  }

  /// A sample on which at least two profiles differ.
  public struct Difference: Sendable {
    public let sample: Sample
    public let answer: String
    /// At least two, in the order of the profiles.
    public let verdicts: [Verdict]
  }

  public let benchmark: any Benchmark
  public let directory: String
  /// The split that was asked.
  public let split: String
  public let profiles: [Profile]
  /// Whether there is anything to be right or wrong about.
  public let isScorable: Bool
  /// How many answers were compared.
  public let compared: Int
  public let differences: [Difference]

  /// Compares all profiles of the run's benchmark. Failed and missing samples score alike
  /// everywhere and are left out.
  public init(_ answers: RunAnswers, benchmark: any Benchmark) {
    self.benchmark = benchmark
    directory = answers.directory
    split = answers.manifest.splitName(of: benchmark)
    profiles = benchmark.profiles
    let isScorable = answers.selected.lazy.map(\.sample).areScorable
    self.isScorable = isScorable
    let answered = answers.selected.compactMap { sample, answer in
      answer.flatMap { isScorable && $0.failure == nil ? (sample: sample, text: $0.text) : nil }
    }
    compared = answered.count
    differences = answered.compactMap { sample, text in
      var verdicts: [Verdict] = []
      for profile in benchmark.profiles {
        let score = benchmark.evaluated(text, for: sample, profile: profile)
        // The same outcome by the same rule is one verdict.
        if let place = verdicts.firstIndex(where: { $0.score == score }) {
          verdicts[place].profiles.append(profile)
        } else {
          verdicts.append(Verdict(profiles: [profile], score: score))
        }
      }
      let differs = verdicts.contains {
        $0.score.value != verdicts[0].score.value || $0.score.parts != verdicts[0].score.parts
      }
      return differs ? Difference(sample: sample, answer: text, verdicts: verdicts) : nil
    }
  }

  /// - Parameter limit: how many samples are listed at most; the count is always that of all
  public func json(limit: Int) -> JSONValue {
    [
      "benchmark": .string(benchmark.name), "split": .string(split), "run": .string(directory),
      "profiles": .array(profiles.map { .string($0.rawValue) }),
      "compared": .integer(compared), "differing": .integer(differences.count),
      "samples": .array(
        differences.prefix(limit).map { difference in
          [
            "id": .string(difference.sample.id), "question": .string(difference.sample.question),
            "references": .array(difference.sample.references.map { .string($0) }),
            "answer": .string(difference.answer),
            "verdicts": .array(
              difference.verdicts.map { verdict in
                [
                  "profiles": .array(verdict.profiles.map { .string($0.rawValue) }),
                  "score": .number(verdict.score.value),
                  "rule": .string(verdict.score.rule),
                  "extracted": verdict.score.extracted.map { .string($0) } ?? .null,
                ]
              }),
          ]
        }),
    ]
  }
}
