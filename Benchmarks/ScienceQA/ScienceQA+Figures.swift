import Evaluation

extension ScienceQA {
  public func figures(of samples: [Sample]) -> [Figure] {
    let isWhole = samples.contains { $0.metadata[Self.imageKey] == false }
    return [.mean("exact_match", points: 100, role: .gate(margin: 0.5))]
      + (isWhole
        ? [
          .mean(
            "exact_match_img", points: 100, role: .exploration,
            includes: { $0.metadata[Self.imageKey] != false })
        ] : []) + Figure.means(of: samples, by: "subject")
  }
}
