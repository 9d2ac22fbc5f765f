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
  }
}
