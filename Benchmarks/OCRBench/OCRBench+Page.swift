import Evaluation

extension OCRBench: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    SamplePresentation(
      facetsOf: sample, [("question_type", "category"), ("dataset", "data set")])
  }
}
