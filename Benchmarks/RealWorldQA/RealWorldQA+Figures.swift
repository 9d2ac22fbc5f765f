import Evaluation

extension RealWorldQA {
  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("exact_match", points: 100, role: .gate(margin: 0.5))]
  }
}
