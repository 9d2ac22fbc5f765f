import DataFormats
import Evaluation
import Metrics
import OrderedCollections

/// All runs of one benchmark with their samples in rows: what one page of the site is made of.
struct BenchmarkPage {
  let benchmark: any Benchmark
  /// At least one; names are told apart.
  let runs: [PageRun]
  let names: [String]
  /// The file's name without ending: the benchmark's, which is made of letters and digits.
  var name: String { benchmark.name }

  /// A question with what each run made of it.
  struct Row {
    let sample: Sample
    let presentation: SamplePresentation
    /// nil: the run was not asked. // [runs]
    let outcomes: [Outcome?]
  }

  struct Outcome {
    let answer: Answer?
    let score: MetricScore
    /// What other profiles make of the answer, where it is something else.
    let others: [(profiles: [Profile], score: MetricScore)]
    let boxes: [BoundingBox]
    /// The question or its references differ from those of the first run that asked it.
    let asksSomethingElse: Bool
  }

  /// In the order of the first run's data; questions that only later runs were asked follow.
  let rows: [Row]
  /// How many answers at least two profiles judge differently. // [runs]
  let profileDifferences: [Int]
  /// The benchmark's, and the one that the page is for where it is another.
  let profiles: [Profile]
  /// Scores under every profile. // [runs][profiles]
  let profileScores: [[RunScores]]

  init(_ runs: [PageRun], names: [String]) {
    benchmark = runs[0].benchmark
    self.runs = runs
    self.names = names
    let presenting = benchmark as? any SamplePresenting
    let own = runs[0].scores.profile
    let known = benchmark.profiles
    let profiles = known.contains(own) ? known : [own] + known
    self.profiles = profiles
    let profileScores = runs.map { run in
      profiles.map { profile in
        profile == run.scores.profile
          ? run.scores : RunScores(run.answers, benchmark: run.benchmark, profile: profile)
      }
    }
    self.profileScores = profileScores

    // Ids are compared by their bytes: `é` and `e` with an accent are two ids.
    var places: OrderedDictionary<[UInt8], [Int?]> = [:]
    for (column, run) in runs.enumerated() {
      for (place, sample) in run.scores.samples.enumerated() {
        let key = Array(sample.scored.sample.id.utf8)
        places[key, default: Array(repeating: nil, count: runs.count)][column] = place
      }
    }
    var differences = [Int](repeating: 0, count: runs.count)
    rows = places.values.compactMap { columns -> Row? in
      guard let first = columns.firstIndex(where: { $0 != nil }), let place = columns[first] else {
        return nil
      }
      let sample = runs[first].scores.samples[place].scored.sample
      let outcomes = columns.enumerated().map { column, place -> Outcome? in
        guard let place else { return nil }
        let (scored, answer) = runs[column].scores.samples[place]
        let isAnswered = answer.map { $0.failure == nil } ?? false
        let others =
          isAnswered
          ? Self.verdicts(
            profileScores[column].map { ($0.profile, $0.samples[place].scored.score) })
          : []
        if !others.isEmpty { differences[column] += 1 }
        return Outcome(
          answer: answer, score: scored.score, others: others,
          boxes: isAnswered
            ? presenting?.boxes(
              in: answer?.text ?? "", to: scored.sample, profile: runs[column].scores.profile) ?? []
            : [],
          asksSomethingElse: !scored.sample.question.utf8.elementsEqual(sample.question.utf8)
            || !scored.sample.references.elementsEqual(sample.references) {
              $0.utf8.elementsEqual($1.utf8)
            })
      }
      return Row(
        sample: sample,
        presentation: presenting?.presentation(of: sample) ?? SamplePresentation(facetsOf: sample),
        outcomes: outcomes)
    }
    profileDifferences = differences
  }

  /// The verdicts where at least two profiles differ in the score or its parts; else none.
  private static func verdicts(
    _ scores: [(profile: Profile, score: MetricScore)]
  ) -> [(profiles: [Profile], score: MetricScore)] {
    guard let first = scores.first?.score,
      scores.contains(where: { $0.score.value != first.value || $0.score.parts != first.parts })
    else { return [] }
    var verdicts: [(profiles: [Profile], score: MetricScore)] = []
    for (profile, score) in scores {
      if let place = verdicts.firstIndex(where: { $0.score == score }) {
        verdicts[place].profiles.append(profile)
      } else {
        verdicts.append(([profile], score))
      }
    }
    return verdicts
  }

  /// The split that was asked, or all of them where runs were asked several.
  var split: String {
    var splits: [String] = []
    for run in runs {
      let split = run.answers.manifest.splitName(of: benchmark)
      if !splits.contains(split) { splits.append(split) }
    }
    return splits.joined(separator: ", ")
  }

  /// Whether less is better: an error or a distance.
  var lowerIsBetter: Bool { benchmark.scoreWithoutAnswer > 0 }
}

extension BenchmarkPage {
  /// The runs by benchmark, in the order in which benchmarks first occur.
  static func pages(of runs: [PageRun]) -> [BenchmarkPage] {
    var groups: OrderedDictionary<String, [PageRun]> = [:]
    for run in runs { groups[run.benchmark.name, default: []].append(run) }
    return groups.values.map { BenchmarkPage($0, names: RunName.distinct($0)) }
  }
}
