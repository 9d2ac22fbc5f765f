import Evaluation

/// The options stand below the question, the right one marked.
extension RealWorldQA: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    LetteredOptions.presentation(of: sample)
  }
}
