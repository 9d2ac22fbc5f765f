import Evaluation

extension DocVQA: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    SamplePresentation(facetsOf: sample, [("question_types", "category")])
  }
}
