import DataFormats
import Evaluation

extension Figure {
  /// The figures of ``MetricRow/means(of:by:paperFactor:)``: a mean for every value that a key of the
  /// samples' metadata has, to be looked at.
  static func means(of samples: [Sample], by key: String) -> [Figure] {
    var names: [String] = []
    for sample in samples {
      guard let name = sample.metadata[key]?.stringValue, !name.isEmpty, !names.contains(name)
      else { continue }
      names.append(name)
    }
    return names.map { name in
      .mean(
        name, points: 100, role: .exploration,
        includes: { $0.metadata[key]?.stringValue == name })
    }
  }
}
