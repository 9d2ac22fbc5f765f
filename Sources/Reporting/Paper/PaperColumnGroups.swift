import Evaluation
import Metrics

/// Runs sorted into columns: two runs share one only where questions and profile agree.
struct PaperColumnGroups {
  struct Run {
    var benchmark: any Benchmark
    var scores: RunScores
    var model: String
    var method: String
    /// All of the model's properties: one row.
    var identity: String
    var columns: [(column: PaperTable.Column, metric: MetricRow)]
  }

  private(set) var columns: [PaperTable.Column] = []
  private(set) var runs: [Run] = []
  private(set) var identities: [String: [(name: String, value: String)]] = [:]

  init(_ scored: [ScoredRun], known: PaperColumns) {
    var groups: [String: [String]] = [:]
    for run in scored {
      guard let scores = run.scores.first else { continue }
      let group = Self.group(scores)
      if !groups[run.benchmark.name, default: []].contains(group) {
        groups[run.benchmark.name, default: []].append(group)
      }
    }
    for run in scored {
      guard let scores = run.scores.first else { continue }
      let name = run.benchmark.name
      let all = groups[name] ?? []
      let place = all.firstIndex(of: Self.group(scores)) ?? 0
      let shown = Self.figures(of: run.benchmark, scores, known: known)
      var own: [(PaperTable.Column, MetricRow)] = []
      for (known, metric) in shown {
        var column = PaperTable.Column(
          key: known.name + (place == 0 ? "" : " (\(place + 1))"), known: known)
        if all.count > 1 {
          column.footnotes = [
            """
            questions \(scores.manifest.questionsHash.prefix(8)), \(scores.ledger.total) of \
            them, profile \(scores.profile.rawValue); another column has others
            """
          ]
        }
        if !columns.contains(where: { $0.key == column.key }) { columns.append(column) }
        own.append((column, metric))
      }
      let properties = scores.manifest.model.properties.map { (name: $0.name, value: $0.value) }
      let identity = properties.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
      identities[identity] = properties
      runs.append(
        Run(
          benchmark: run.benchmark, scores: scores, model: ScoreReport.modelName(scores),
          method: scores.manifest.model["method"] ?? "", identity: identity,
          columns: own.map { (column: $0.0, metric: $0.1) }))
    }
  }

  func figures(of run: Run) -> [(column: PaperTable.Column, metric: MetricRow)] { run.columns }

  /// What must agree for two runs to share a column.
  private static func group(_ scores: RunScores) -> String {
    """
    \(scores.manifest.questionsHash) \(scores.manifest.benchmarkVersion) \
    \(scores.profile.rawValue)
    """
  }

  /// The figures of a benchmark that papers print.
  private static func figures(
    of benchmark: any Benchmark, _ scores: RunScores, known columns: PaperColumns
  ) -> [(PaperColumn, MetricRow)] {
    let known = columns.all.filter { $0.source?.benchmark == benchmark.name }
    guard let headline = scores.metrics.first else { return [] }
    guard !known.isEmpty else {
      return [(PaperColumn(benchmark: benchmark, headline), headline)]
    }
    return known.compactMap { column in
      guard let figure = column.source?.figure else { return (column, headline) }
      return scores.metrics.first { $0.name == figure }.map { (column, $0) }
    }
  }

  /// What was measured how.
  var caption: String {
    guard !runs.isEmpty else { return "" }
    let profiles = Set(runs.map(\.scores.profile.rawValue)).sorted()
    let arithmetic = Set(runs.compactMap { $0.scores.manifest.model["arithmetic"] }).sorted()
    var parts = [
      """
      Scores under the rules of \(profiles.joined(separator: ", ")), on the scales that papers \
      print (OCRBench over 10)
      """
    ]
    if !arithmetic.isEmpty { parts.append("arithmetic: \(arithmetic.joined(separator: "; "))") }
    return parts.joined(separator: "; ") + "."
  }
}
