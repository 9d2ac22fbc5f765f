import Evaluation
import Metrics

extension OCRBench {
  /// 1,000 questions on 930 images.
  public var sharesImages: Bool { true }

  /// The figures count hits: every type counts with the number of its questions, which the
  /// benchmark fixes. The final score is 0 to 1000, so its margin is ten times that of percentages.
  public func figures(of samples: [Sample]) -> [Figure] {
    func hits(
      _ name: String, _ role: Figure.Role, _ includes: @escaping @Sendable (String) -> Bool
    ) -> Figure {
      Figure(
        name: name, points: 1, role: role, weights: .unitCount,
        place: { sample in
          let type = sample.metadata["question_type"]?.stringValue ?? ""
          return includes(type) ? Figure.Place(stratum: type) : nil
        }, value: { $0.first?.score.value })
    }
    let recognition = Set(OCRBenchSummary.questionTypes[..<6])
    return [
      hits("final_score", .gate(margin: 5)) { _ in true },
      hits("text_recognition", .exploration, recognition.contains),
    ]
      + OCRBenchSummary.questionTypes.map { type in hits(type, .exploration) { $0 == type } }
  }
}
