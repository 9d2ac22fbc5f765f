import Evaluation

extension Colours {
  /// What two runs are compared by, and held against: half a point is the least loss that counts.
  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("accuracy", points: 100, role: .gate(margin: 0.5))]
  }
}
