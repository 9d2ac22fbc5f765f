import Evaluation

extension STVQA: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    SamplePresentation(facetsOf: sample, [("dataset", "source")])
  }
}
