import Evaluation

extension DocVQA {
  /// One page carries several questions.
  public var sharesImages: Bool { true }

  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("anls", points: 100, role: .gate(margin: 0.5))]
  }
}
