import Evaluation

/// A page's transcription is read beside its reference.
extension CCpdf: SamplePresenting {
  public func presentation(of sample: Sample) -> SamplePresentation {
    SamplePresentation(facetsOf: sample, [("kind", "kind")])
  }

  public var comparesWholeTexts: Bool { true }
}
