import Evaluation

extension TextVQA {
  /// 5,000 questions on 3,166 images.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("exact_match", points: 100, role: .gate(margin: 0.5))]
  }
}
