import Evaluation

/// A question and its rotations are one; each shows its options in the order that was asked.
extension MMBench: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    var presentation = SamplePresentation(facetsOf: sample, [("l2-category", "category group")])
    presentation.group = Int(sample.id).map { String($0 % Self.rotationStep) }
    presentation.choices = zip(Self.letters, Self.letters.map { sample.metadata[$0]?.stringValue })
      .compactMap { letter, text in text.map { (letter, $0) } }
      // Parquet files write a missing option as `nan`.
      .filter { !$0.text.isEmpty && $0.text != "nan" }
    return presentation
  }

  public var groupScoring: GroupScoring? { .all }
}
