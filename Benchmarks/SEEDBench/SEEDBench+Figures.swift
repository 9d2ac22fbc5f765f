import Evaluation

extension SEEDBench {
  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("seed_image", points: 100, role: .gate(margin: 0.5))]
  }
}
