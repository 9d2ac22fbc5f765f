import Evaluation

extension ChartQA {
  /// A chart has two questions of a kind, and may have some of both kinds: the overall figure has
  /// no strata, since those would share images.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("relaxed_overall", points: 100, role: .gate(margin: 0.5))]
      + Half.allCases.map { half in
        .mean(
          "relaxed_\(half.rawValue)_split", points: 100, role: .exploration,
          includes: { $0.metadata["split"]?.stringValue == half.rawValue })
      }
  }
}
