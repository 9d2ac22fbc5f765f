import Evaluation

extension MMStar {
  /// The 18 parts weigh alike, whatever their sizes.
  public func figures(of samples: [Sample]) -> [Figure] {
    [
      Figure(
        name: "average", points: 100, role: .gate(margin: 0.5), weights: .equalShares,
        place: { Figure.Place(stratum: $0.metadata["l2_category"]?.stringValue ?? "") },
        value: { $0.first?.score.value }),
      .mean("accuracy", points: 100, role: .exploration),
    ]
      + Figure.means(of: samples, by: "category").map { category in
        // The three parts of a category weigh alike too.
        Figure(
          name: category.name, points: 100, role: .exploration, weights: .equalShares,
          place: { sample in
            guard sample.metadata["category"]?.stringValue == category.name else { return nil }
            return Figure.Place(stratum: sample.metadata["l2_category"]?.stringValue ?? "")
          }, value: { $0.first?.score.value })
      }
  }
}
