import Evaluation

extension STVQA {
  /// 4,070 questions on 2,971 images.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("anls", points: 100, role: .gate(margin: 0.5))]
  }
}
