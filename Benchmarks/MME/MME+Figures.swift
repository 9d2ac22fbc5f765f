import DataFormats
import Evaluation
import Metrics

extension MME {
  /// A unit is an image with its two questions: 100 points for the share of right ones and 100 for
  /// both, so 0, 50 or 200. Accuracy and accuracy of pairs are one value, and so their correlation
  /// is in the error. A category is a stratum.
  public func figures(of samples: [Sample]) -> [Figure] {
    let present = Set(samples.map(Self.category))
    let halves: [(name: String, categories: [String], role: Figure.Role)] = [
      ("mme_perception_score", MMESummary.perceptionCategories, .gate(margin: 10)),
      ("mme_cognition_score", MMESummary.cognitionCategories, .exploration),
    ]
    let known = MMESummary.perceptionCategories + MMESummary.cognitionCategories
    let categories =
      known.filter(present.contains) + present.subtracting(known).sorted()
    return halves.map { Self.figure($0.name, of: Set($0.categories), $0.role) }
      + categories.map { Self.figure($0, of: [$0], .exploration) }
  }

  private static func category(_ sample: Sample) -> String {
    sample.metadata["category"]?.stringValue ?? ""
  }

  private static func figure(
    _ name: String, of categories: Set<String>, _ role: Figure.Role
  ) -> Figure {
    Figure(
      name: name, points: 1, role: role, unitRange: 200,
      place: { sample in
        let category = category(sample)
        guard categories.contains(category) else { return nil }
        return Figure.Place(
          stratum: category, unit: sample.metadata["pair"]?.stringValue ?? sample.id)
      },
      value: { rows in
        guard rows.count == 2 else { return nil }
        let right = rows.count { $0.score.value == 1 }
        return 100 * (Double(right) / 2) + (right == 2 ? 100 : 0)
      })
  }
}
