import Evaluation

extension GQA {
  /// 12,578 questions on 398 photographs, 29 on the median one: no other benchmark's errors depend
  /// as much on how questions hang together.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("exact_match", points: 100, role: .gate(margin: 0.5))]
      + Figure.means(of: samples, by: "structural") + Figure.means(of: samples, by: "semantic")
  }
}
