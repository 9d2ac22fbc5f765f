import Evaluation

/// The two questions on an image are one: half of its score is for both being right.
extension MME: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    var presentation = SamplePresentation(facetsOf: sample)
    presentation.group = sample.metadata["pair"]?.stringValue
    return presentation
  }

  public var groupScoring: GroupScoring? { .mean }
}
