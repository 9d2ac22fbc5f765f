import Evaluation

extension CCpdf {
  /// Means over pages: the edit distance, of which less is better, and the BLEU score.
  public func figures(of samples: [Sample]) -> [Figure] {
    [
      .mean("edit_distance", points: 1, role: .gate(margin: 0.005), lowerIsBetter: true),
      .mean(
        "bleu", points: 1, role: .gate(margin: 0.005), value: { $0.score.parts["bleu"] ?? 0 }),
    ]
  }
}
