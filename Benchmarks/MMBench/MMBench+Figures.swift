import DataFormats
import Evaluation
import Metrics

extension MMBench {
  /// A unit is a base question with all its rotations, right if all are; a group without its base
  /// row is in no figure, and the image is that of the base row.
  public func figures(of samples: [Sample]) -> [Figure] {
    // A rotation belongs to the category of its base row.
    let bases = Dictionary(
      samples.compactMap { sample in Int(sample.id).map { ($0, sample) } },
      uniquingKeysWith: { first, _ in first })
    func names(_ key: String) -> [String] {
      Set(samples.compactMap { $0.metadata[key]?.stringValue }).filter { !$0.isEmpty }.sorted()
    }
    func figure(_ name: String, _ role: Figure.Role, key: String? = nil) -> Figure {
      Figure(
        name: name, points: 100, role: role,
        place: { sample in
          guard let index = Int(sample.id) else { return nil }
          let base = MMBenchSummary.base(index)
          if let key, (bases[base] ?? sample).metadata[key]?.stringValue != name { return nil }
          return Figure.Place(unit: String(base), leads: index == base)
        },
        value: { rows in rows.allSatisfy { $0.score.value == 1 } ? 1 : 0 })
    }
    return [figure("overall", .gate(margin: 0.5))]
      + names("l2-category").map { figure($0, .exploration, key: "l2-category") }
      + names("category").map { figure($0, .exploration, key: "category") }
  }
}
