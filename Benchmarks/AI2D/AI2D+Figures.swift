import Evaluation

extension AI2D {
  /// 3,088 questions on about 1,000 diagrams.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("exact_match", points: 100, role: .gate(margin: 0.5))]
      + Figure.means(of: samples, by: "category")
  }
}
