import Evaluation

extension POPE {
  /// 9,000 questions on 500 photographs; the 1,500 yes questions stand in all three sets.
  public var sharesImages: Bool { true }

  /// F1 is a ratio of sums, so that no question has a value of its own in it: the accuracy decides.
  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("accuracy", points: 100, role: .gate(margin: 0.5))]
      + Self.sets.map { set in
        .mean(
          "accuracy_\(set)", points: 100, role: .exploration,
          includes: { Self.setNames($0).contains(set) })
      }
  }
}
