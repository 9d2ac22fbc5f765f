import DataFormats
import Evaluation

extension MetricRow {
  /// A mean for every value that a key of the samples' metadata has, in order of appearance; none
  /// where the data lack it.
  static func means(
    of scored: [ScoredSample], by key: String, paperFactor: Double
  ) -> [MetricRow] {
    var order: [String] = []
    var groups: [String: [ScoredSample]] = [:]
    for entry in scored {
      guard let name = entry.sample.metadata[key]?.stringValue, !name.isEmpty else { continue }
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(entry)
    }
    return order.map { .mean($0, of: groups[$0] ?? [], paperFactor: paperFactor) }
  }
}
