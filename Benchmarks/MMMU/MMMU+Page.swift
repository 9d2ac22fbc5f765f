import Evaluation

/// The options stand below the question, the right one marked.
extension MMMU: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    LetteredOptions.presentation(of: sample, facets: [("subject", "subject")])
  }
}
