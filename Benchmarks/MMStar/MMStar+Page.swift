import Evaluation

/// The options stand below the question, the right one marked.
extension MMStar: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    LetteredOptions.presentation(of: sample, facets: [("l2_category", "category part")])
  }
}
