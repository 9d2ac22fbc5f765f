import DataFormats
import Evaluation
import OrderedCollections

/// Score_fine of one model: the mean over the paper's five fine-grained benchmarks.
///
/// Only runs of one model count together: the same content, configuration, method, arithmetic,
/// image mode and template, and the same profile. Anything else would be a figure that no model
/// has.
struct ModelFineScore: Sendable {
  /// The model, its method and the profile as the tables name them.
  let name: String
  let method: String
  let profile: String
  let content: String
  let result: PublishedComparison.FineScoreResult

  /// One for every model and profile, in the order of the runs.
  static func all(
    _ runs: [ScoredRun], benchmarks: [any Benchmark]
  ) -> [ModelFineScore] {
    var groups: OrderedDictionary<String, [(run: ScoredRun, scores: RunScores)]> = [:]
    for run in runs {
      guard let scores = run.scores.first else { continue }
      let properties = scores.manifest.model.properties.map { "\($0.name)=\($0.value)" }
      let key = (properties + [scores.profile.rawValue]).joined(separator: "\u{0}")
      groups[key, default: []].append((run, scores))
    }
    return groups.values.map { ModelFineScore($0, benchmarks: benchmarks) }
  }

  private init(
    _ runs: [(run: ScoredRun, scores: RunScores)], benchmarks: [any Benchmark]
  ) {
    let first = runs[0].scores
    name = ScoreReport.modelName(first)
    method = first.manifest.model["method"] ?? ""
    profile = first.profile.rawValue
    content = first.manifest.model["content"] ?? ""
    var complete: [String: Double] = [:]
    var questions: [String: String] = [:]
    var disputed: [String] = []
    for (run, scores) in runs {
      let published = scores.publishedCount(of: run.benchmark)
      guard !scores.ledger.isPartial, scores.ledger.total == published,
        let row = scores.metrics.first
      else { continue }
      let (benchmark, value) = (
        run.benchmark.name, PublishedComparison.headline(row, of: run.benchmark)
      )
      // The same run named twice, or a copy of it, says the same; anything else is a choice that
      // the order of the arguments must not make.
      if let before = complete[benchmark],
        before != value || questions[benchmark] != scores.manifest.questionsHash
      {
        disputed.append(benchmark)
      }
      complete[benchmark] = value
      questions[benchmark] = scores.manifest.questionsHash
    }
    result =
      disputed.isEmpty
      ? PublishedComparison.fineScore(complete, benchmarks: benchmarks) : .ambiguous(disputed)
  }

  /// - Parameter count: how many models there are; one alone needs no name
  func sentence(among count: Int) -> String {
    let who =
      count == 1
      ? ""
      : " of "
        + [name, method, profile].filter { !$0.isEmpty }.joined(separator: ", ")
    switch result {
    case .value(let value):
      return "Score_fine\(who): \(ResultTable.Cell.number(value, decimals: 2).shown)"
    case .missing(let names):
      return "Score_fine\(who) is not computed: no complete run of \(names.joined(separator: ", "))"
        + " over the published questions."
    case .ambiguous(let names):
      return
        """
        Score_fine\(who) is not computed: several complete runs of \
        \(names.joined(separator: ", ")) differ; name one of each.
        """
    }
  }

  var json: JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [
      "model": .string(name), "content": .string(content), "method": .string(method),
      "profile": .string(profile), "value": nil, "missing": [],
    ]
    switch result {
    case .value(let value): members["value"] = .number(value)
    case .missing(let names): members["missing"] = .array(names.map { .string($0) })
    case .ambiguous(let names): members["ambiguous"] = .array(names.map { .string($0) })
    }
    return .object(members)
  }
}
